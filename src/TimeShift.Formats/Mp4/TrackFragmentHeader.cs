using System.Buffers.Binary;

namespace TimeShift.Formats.Mp4;

/// <summary>The <c>tfhd</c> box (ISO/IEC 14496-12 §8.8.7), with what it leaves out taken from <c>trex</c>.</summary>
internal readonly record struct TrackFragmentHeader(FragmentDefaults Values, long? BaseDataOffset, bool BaseIsMoof)
{
    public static TrackFragmentHeader Read(ReadOnlySpan<byte> content, ReadOnlySpan<FragmentDefaults> defaults)
    {
        BoxEnumerator.Require(content, 8, FourCc.Tfhd);
        var flags = BinaryPrimitives.ReadUInt32BigEndian(content) & 0xFFFFFF;
        var trackId = Mp4Fields.TrackId(content[4..], FourCc.Tfhd);
        var values = new FragmentDefaults(trackId, 0, 0, 0);
        foreach (var candidate in defaults)
        {
            if (candidate.TrackId == trackId) values = candidate;
        }

        var rest = content[8..];
        long? baseDataOffset = null;
        if ((flags & TfhdFlags.BaseDataOffset) != 0)
        {
            BoxEnumerator.Require(rest, 8, FourCc.Tfhd);
            baseDataOffset = BinaryPrimitives.ReadInt64BigEndian(rest);
            if (baseDataOffset < 0)
                throw new Mp4FormatException($"'tfhd' has the base data offset {(ulong)baseDataOffset.Value}; expected less than 2^63");
            rest = rest[8..];
        }

        if ((flags & TfhdFlags.SampleDescriptionIndex) != 0) Next(ref rest);
        if ((flags & TfhdFlags.DefaultDuration) != 0) values = values with { Duration = Next(ref rest) };
        if ((flags & TfhdFlags.DefaultSize) != 0) values = values with { Size = Next(ref rest) };
        if ((flags & TfhdFlags.DefaultFlags) != 0) values = values with { Flags = Next(ref rest) };
        return new TrackFragmentHeader(values, baseDataOffset, (flags & TfhdFlags.DefaultBaseIsMoof) != 0);
    }

    private static uint Next(ref ReadOnlySpan<byte> rest)
    {
        BoxEnumerator.Require(rest, 4, FourCc.Tfhd);
        var value = BinaryPrimitives.ReadUInt32BigEndian(rest);
        rest = rest[4..];
        return value;
    }
}
