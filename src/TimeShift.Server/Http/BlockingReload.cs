using System.Globalization;
using TimeShift.Playback;
using TimeShift.Playback.Queries;
using TimeShift.Playback.Windows;

namespace TimeShift.Server.Http;

/// <summary><c>_HLS_msn</c> and <c>_HLS_part</c>: a playlist request that waits for what it names (RFC 8216bis §6.2.5.2).</summary>
internal readonly record struct BlockingReload(long Number, int? Part)
{
    private const string NumberName = "_HLS_msn";
    private const string PartName = "_HLS_part";

    /// <returns>False with a fault where the parameters are wrong; true with null where there are none.</returns>
    public static bool TryParse(IQueryCollection parameters, out BlockingReload? reload, out QueryFault? fault)
    {
        reload = null;
        fault = null;
        var number = parameters[NumberName];
        var part = parameters[PartName];
        if (number.Count == 0)
        {
            if (part.Count > 0) fault = new QueryFault(PartName, part.ToString(), $"'{NumberName}' along with it");
            return fault is null;
        }

        if (!long.TryParse(number.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
            fault = new QueryFault(NumberName, number.ToString(), "a media sequence number");
        var index = 0;
        if (fault is null && part.Count > 0 && !int.TryParse(part.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out index))
            fault = new QueryFault(PartName, part.ToString(), "the position of a part in its segment, from 0");
        if (fault is not null) return false;
        reload = new BlockingReload(wanted, part.Count > 0 ? index : null);
        return true;
    }

    /// <summary>What asks for too much at once is no player of this list: more than two segments ahead, or more parts than three target durations hold.</summary>
    public QueryFault? TooFar(StreamPlayback playback, TimeSpan partTarget)
    {
        var last = playback.LastNumber;
        if (Number > last + 2) return new QueryFault(NumberName, Number.ToString(CultureInfo.InvariantCulture), $"at most {last + 2}, two after the last");
        var most = partTarget < TimeSpan.FromSeconds(1) ? (int)Math.Ceiling(3 / partTarget.TotalSeconds) : 3;
        var open = playback.Archive.Edge.Find(Number);
        var beyond = Part - (open?.Parts.Length ?? 0);
        return open is not { IsComplete: true } && beyond > most
            ? new QueryFault(PartName, Part!.Value.ToString(CultureInfo.InvariantCulture), $"at most {most} parts after the last")
            : null;
    }

    /// <summary>A window that can grow at the live edge waits; any other has what it has.</summary>
    public static bool AppliesTo(TimelineWindow? window) => window is { AtLiveEdge: true };
}
