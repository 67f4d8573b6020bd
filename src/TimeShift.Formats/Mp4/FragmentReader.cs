using System.Buffers.Binary;

namespace TimeShift.Formats.Mp4;

/// <summary>
/// Reads a <c>moof</c>, track by track (ISO/IEC 14496-12 §8.8.4 to §8.8.12), without allocating:
/// <code>
/// var reader = new FragmentReader(moof, moofOffset, defaults);
/// while (reader.TryReadTrack(out var fragment))
///     foreach (var placed in fragment) …
/// </code>
/// </summary>
public ref struct FragmentReader
{
    /// <summary>Samples of one <c>moof</c> that take no bytes of their own in it (all values are defaults), so that a few bytes cannot ask
    /// for endless work.</summary>
    public const int MaxImplicitSamples = 1 << 22;

    private readonly ReadOnlySpan<FragmentDefaults> _defaults;
    private readonly long _moofOffset;
    private BoxEnumerator _boxes;
    private long _dataEnd;
    private int _implicitSamples;

    /// <param name="moof">Starts with the whole <c>moof</c>; more may follow.</param>
    /// <param name="moofOffset">Where it starts in the file; only for fragments that count from the file's start, as old writers made
    /// them.</param>
    /// <param name="defaults">Of the init segment's tracks, see <see cref="Mp4TrackInfo.Defaults"/>; all 0 for a track that is not in
    /// it.</param>
    /// <exception cref="Mp4FormatException">It is another box, incomplete, or broken.</exception>
    public FragmentReader(ReadOnlySpan<byte> moof, long moofOffset = 0, ReadOnlySpan<FragmentDefaults> defaults = default)
    {
        var outer = new BoxEnumerator(moof);
        if (!outer.MoveNext() || outer.Type != FourCc.Moof)
            throw new Mp4FormatException($"expected a box 'moof', got {moof.Length} bytes that start with {outer.Header}");
        _moofOffset = moofOffset;
        _defaults = defaults;
        _boxes = new BoxEnumerator(outer.Content);
        MoofSize = outer.Header.HeaderSize + outer.Content.Length;
        if (!BoxEnumerator.TryFind(outer.Content, FourCc.Mfhd, out var mfhd)) return;
        BoxEnumerator.Require(mfhd, 8, FourCc.Mfhd);
        SequenceNumber = BinaryPrimitives.ReadUInt32BigEndian(mfhd[4..]);
    }

    /// <summary>Of <c>mfhd</c>; 0 where it is missing.</summary>
    public uint SequenceNumber { get; }

    /// <summary>Bytes of the <c>moof</c>, header included.</summary>
    public int MoofSize { get; }

    /// <returns>False when there is no further track.</returns>
    /// <exception cref="Mp4FormatException">A box is missing or broken.</exception>
    public bool TryReadTrack(out TrackFragment fragment)
    {
        while (_boxes.MoveNext())
        {
            if (_boxes.Type != FourCc.Traf) continue;
            var tfhd = BoxEnumerator.Find(_boxes.Content, FourCc.Tfhd, "traf");
            var header = TrackFragmentHeader.Read(tfhd, _defaults);
            var baseOffset = 0L;
            if (header.BaseDataOffset is { } fromFileStart) baseOffset = fromFileStart - _moofOffset;
            // Without either flag the first track's data counts from the moof, another's from the end of the one before (§8.8.7.1).
            else if (!header.BaseIsMoof) baseOffset = _dataEnd;
            fragment = new TrackFragment(_boxes.Content, header, baseOffset, ref _implicitSamples);
            _dataEnd = fragment.DataEnd;
            return true;
        }

        fragment = default;
        return false;
    }
}
