using System.Collections.Immutable;
using System.Globalization;

namespace TimeShift.Formats.Rtsp;

/// <summary>Values of headers; what is not known in them is passed over, so that none of these throws.</summary>
public static class RtspHeaders
{
    /// <summary><c>Session: 12345678;timeout=60</c> (RFC 2326 §12.37).</summary>
    /// <returns>The identifier, and seconds after which the server forgets it; null where it does not say, which means 60 unless it was said before.</returns>
    public static (string Id, int? Timeout) ReadSession(string value)
    {
        var fields = value.Split(';', StringSplitOptions.TrimEntries);
        var timeout = fields.Skip(1).Select(f => ValueOf(f, "timeout")).FirstOrDefault(v => v is not null);
        return (fields[0], int.TryParse(timeout, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : null);
    }

    /// <summary><c>Transport: RTP/AVP/TCP;unicast;interleaved=0-1</c> (§12.39).</summary>
    /// <returns>The channels of RTP and RTCP; null where the transport is not TCP or says none.</returns>
    public static (byte Rtp, byte Rtcp)? ReadInterleaved(string value)
    {
        foreach (var field in value.Split(',')[0].Split(';', StringSplitOptions.TrimEntries))
        {
            if (ValueOf(field, "interleaved") is not { } channels) continue;
            var ends = channels.Split('-');
            if (!byte.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rtp)) return null;
            if (ends.Length > 1 && byte.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out var rtcp)) return (rtp, rtcp);
            return (rtp, (byte)(rtp + 1));
        }

        return null;
    }

    /// <summary><c>RTP-Info: url=rtsp://host/a;seq=1;rtptime=2,url=…</c> (§12.33).</summary>
    /// <returns>For each stream, the RTP time that is at the beginning of what is played; null where it is not said.</returns>
    public static ImmutableArray<(string Url, uint? Time)> ReadRtpInfo(string value)
    {
        var streams = ImmutableArray.CreateBuilder<(string, uint?)>();
        // A URL may hold a comma, but hardly ", url=".
        foreach (var stream in value.Split("url=", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(64))
        {
            var fields = stream.TrimEnd(',', ' ').Split(';', StringSplitOptions.TrimEntries);
            var time = fields.Skip(1).Select(f => ValueOf(f, "rtptime")).FirstOrDefault(v => v is not null);
            streams.Add((fields[0].Trim('"'), uint.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : null));
        }

        return streams.ToImmutable();
    }

    private static string? ValueOf(string field, string key) =>
        field.Length > key.Length && field[key.Length] == '=' && field.StartsWith(key, StringComparison.OrdinalIgnoreCase) ? field[(key.Length + 1)..].Trim().Trim('"') : null;
}
