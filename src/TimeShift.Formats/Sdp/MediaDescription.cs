using System.Collections.Immutable;
using System.Globalization;

namespace TimeShift.Formats.Sdp;

/// <summary>One <c>m=</c> of a session description.</summary>
public sealed record MediaDescription
{
    /// <summary><c>video</c>, <c>audio</c>, <c>application</c>, in lower case.</summary>
    public required string Kind { get; init; }

    /// <summary><c>a=control</c>; null where there is none.</summary>
    public string? Control { get; init; }

    /// <summary><c>a=framerate</c>; 0 where there is none.</summary>
    public double FrameRate { get; init; }

    /// <summary>In order of preference.</summary>
    public required ImmutableArray<PayloadFormat> Formats { get; init; }
}

/// <summary>What a payload type means.</summary>
/// <param name="Type">0 to 127.</param>
/// <param name="Encoding">In upper case, as <c>a=rtpmap</c> names it, or the static assignment of RFC 3551 §6; empty where unknown.</param>
/// <param name="ClockRate">Hz, 0 where unknown.</param>
/// <param name="Parameters">Of <c>a=fmtp</c>; keys in any case.</param>
public sealed record PayloadFormat(int Type, string Encoding, int ClockRate, int Channels, ImmutableDictionary<string, string> Parameters)
{
    public static readonly ImmutableDictionary<string, string> NoParameters = ImmutableDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);

    public string? this[string key] => Parameters.GetValueOrDefault(key);

    /// <summary>Null where it is missing or no number.</summary>
    public int? Number(string key) => int.TryParse(this[key], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public override string ToString() => Encoding.Length == 0 ? $"payload type {Type}" : $"{Encoding} {ClockRate} Hz";

    internal static PayloadFormat Static(int type)
    {
        var (encoding, rate, channels) = type switch
        {
            0 => ("PCMU", 8000, 1),
            3 => ("GSM", 8000, 1),
            4 => ("G723", 8000, 1),
            8 => ("PCMA", 8000, 1),
            9 => ("G722", 8000, 1),
            10 => ("L16", 44100, 2),
            11 => ("L16", 44100, 1),
            14 => ("MPA", 90000, 1),
            18 => ("G729", 8000, 1),
            26 => ("JPEG", 90000, 1),
            32 => ("MPV", 90000, 1),
            33 => ("MP2T", 90000, 1),
            _ => ("", 0, 1),
        };
        return new PayloadFormat(type, encoding, rate, channels, NoParameters);
    }
}
