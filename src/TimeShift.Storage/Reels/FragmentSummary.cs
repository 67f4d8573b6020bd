using TimeShift.Formats.Mp4;

namespace TimeShift.Storage.Reels;

/// <summary>What indexing wants to know of a fragment as this server writes it: one track, with a <c>tfdt</c>.</summary>
/// <param name="DecodeTime">Decoding time of the first sample, ticks of the track.</param>
/// <param name="Time">Presentation time of the first sample, ticks of the track.</param>
/// <param name="TotalDuration">Ticks of the track.</param>
internal readonly record struct FragmentSummary(uint SequenceNumber, int TrackId, long DecodeTime, ulong Time, long TotalDuration)
{
    /// <summary>End of the presentation of the sample that is shown last, ticks of the track.</summary>
    /// <exception cref="InvalidDataException">It is no fragment of this server.</exception>
    public static long PresentationEnd(ReadOnlySpan<byte> moof)
    {
        try
        {
            var reader = new FragmentReader(moof);
            if (!reader.TryReadTrack(out var track)) throw new InvalidDataException("A moof without a track; expected one track.");
            var end = 0L;
            foreach (var sample in track) end = Math.Max(end, checked((long)sample.DecodeTime + sample.Sample.CompositionOffset + sample.Sample.Duration));
            return end;
        }
        catch (Exception e) when (e is Mp4FormatException or OverflowException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <exception cref="InvalidDataException">It is no fragment of this server.</exception>
    public static FragmentSummary Read(ReadOnlySpan<byte> moof)
    {
        try
        {
            var reader = new FragmentReader(moof);
            if (!reader.TryReadTrack(out var track)) throw new InvalidDataException("A moof without a track; expected one track.");
            var samples = track.GetEnumerator();
            var start = track.BaseMediaDecodeTime;
            if (start > long.MaxValue / 4 || track.TotalDuration > long.MaxValue / 4) throw new InvalidDataException($"A moof at decoding time {start}; expected a time.");
            var time = start;
            if (samples.MoveNext()) time = (ulong)((long)time + samples.Current.Sample.CompositionOffset);
            return new FragmentSummary(reader.SequenceNumber, track.TrackId, (long)start, time, (long)track.TotalDuration);
        }
        catch (Mp4FormatException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }
}
