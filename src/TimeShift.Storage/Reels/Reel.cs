using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using TimeShift.Core.Media;
using TimeShift.Storage.Index;

namespace TimeShift.Storage.Reels;

/// <summary>
/// One reel: a fragmented MP4 and its index. A stored reel loads nothing until it is asked; what it loaded, <see cref="ReelCache"/> may make it forget.
/// </summary>
public sealed class Reel
{
    private readonly ReelCache _cache;
    private readonly Lock _rebuilding = new();
    private StrongBox<IndexHeader>? _header;
    private SegmentIndex? _index;
    private TrackSet? _tracks;
    private SafeFileHandle? _file;

    internal Reel(string path, Instant start, ReelCache cache)
    {
        Path = path;
        NominalStart = start;
        _cache = cache;
    }

    internal Reel(string path, Instant start, ReelCache cache, IndexHeader header, TrackSet tracks, SegmentIndex index)
        : this(path, start, cache)
    {
        _header = new StrongBox<IndexHeader>(header);
        _tracks = tracks;
        _index = index;
        IsOpen = true;
    }

    /// <summary>Without extension.</summary>
    public string Path { get; }

    public string MediaPath => Path + ReelName.MediaExtension;

    public string IndexPath => Path + ReelName.IndexExtension;

    /// <summary>The start as the file's name has it, in whole milliseconds; no segment begins earlier.</summary>
    public Instant NominalStart { get; }

    /// <summary>Still recorded into.</summary>
    public bool IsOpen { get; internal set; }

    /// <summary>Last use, in the cache's count of uses.</summary>
    internal long LastUse { get; set; }

    /// <exception cref="IOException">The reel cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no reel.</exception>
    public IndexHeader Header
    {
        get
        {
            // Boxed, so that another thread sees all of it or nothing.
            if (Volatile.Read(ref _header) is { } known) return known.Value;
            var header = IndexFile.LoadHeader(IndexPath) ?? Rebuild().Header;
            _header = new StrongBox<IndexHeader>(header);
            return header;
        }
    }

    /// <inheritdoc cref="Header"/>
    public SegmentIndex Index
    {
        get
        {
            if (Volatile.Read(ref _index) is { } known) return known;
            var contents = IndexFile.Load(IndexPath) is { Whole: true } whole ? whole : Rebuild();
            _header ??= new StrongBox<IndexHeader>(contents.Header);
            var index = new SegmentIndex(contents.Records);
            Volatile.Write(ref _index, index);
            _cache.Used(this);
            return index;
        }
    }

    public long FirstNumber => Header.FirstNumber;

    /// <inheritdoc cref="Header"/>
    public TrackSet Tracks => _tracks ??= ReelScanner.ReadTracks(MediaPath);

    /// <summary>The tracks where they are known without reading the reel.</summary>
    internal TrackSet? KnownTracks => _tracks;

    public Instant End => Index.Records is [.., var last] ? last.End : NominalStart;

    /// <summary>What is added to a track's decoding times in the file to get the stream's, ticks of the track.</summary>
    internal long OriginOf(Track track) => MediaTime.FromMicroseconds(Header.MediaOrigin, track.Timescale).Ticks;

    public SegmentInfo Segment(int position) => Segment(position, Index.Records[position]);

    internal SegmentInfo Segment(int position, in SegmentRecord record) => new(
        this, FirstNumber + position, record.Start, record.DurationMicroseconds, record.Size, record.Flags, (record.Flags & SegmentFlags.Discontinuity) != 0);

    /// <summary>Discontinuities of the stream up to and including the one that the segment begins with.</summary>
    /// <param name="number">Of a segment of this reel, or of one that is missing before it.</param>
    internal long DiscontinuitySequenceOf(long number)
    {
        var index = Index;
        var sequence = Header.DiscontinuitySequence;
        if (number >= FirstNumber + index.LeadingLost) return sequence;
        // The header's is that of the first segment that the reel really has.
        var records = index.Records;
        for (var i = Math.Max(0, number - FirstNumber + 1); i < index.LeadingLost && i < records.Length; i++)
        {
            if ((records[(int)i].Flags & SegmentFlags.Discontinuity) != 0) sequence--;
        }

        return Header.Discontinuity ? sequence - 1 : sequence;
    }

    /// <summary>The fragments of one whole segment, in order; the part they belong to is in the sequence number.</summary>
    /// <inheritdoc cref="Header"/>
    internal ImmutableArray<SegmentFragment> Fragments(in SegmentRecord record) => _cache.Fragments.Of(this, record.Offset, record.Size);

    /// <summary>Positional read of the media file; returns fewer bytes only at its end.</summary>
    public int Read(long offset, Span<byte> destination)
    {
        while (true)
        {
            var file = File();
            try
            {
                var total = 0;
                while (total < destination.Length)
                {
                    var read = RandomAccess.Read(file, destination[total..], offset + total);
                    if (read == 0) break;
                    total += read;
                }

                return total;
            }
            catch (ObjectDisposedException) when (_file != file)
            {
                // The cache closed the file between the two lines; it opens again.
            }
        }
    }

    /// <summary>Nothing more is recorded into it: from now on it is loaded and forgotten like any other.</summary>
    internal void Closed()
    {
        IsOpen = false;
        _cache.Used(this);
    }

    internal void Forget()
    {
        if (IsOpen) return;
        Volatile.Write(ref _index, null);
        CloseFile();
    }

    internal void CloseFile() => Interlocked.Exchange(ref _file, null)?.Dispose();

    private SafeFileHandle File()
    {
        if (Volatile.Read(ref _file) is { } open) return open;
        var file = System.IO.File.OpenHandle(MediaPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var first = Interlocked.CompareExchange(ref _file, file, null);
        if (first is not null)
        {
            file.Dispose();
            return first;
        }

        _cache.Used(this);
        return file;
    }

    // The index is derived: without one, or with one that is damaged or of another version, the reel is read once and says all again.
    private IndexFile.Contents Rebuild()
    {
        lock (_rebuilding)
        {
            if (IndexFile.Load(IndexPath) is { Whole: true } done) return done;
            var contents = ReelIndexer.Rebuild(Path);
            _cache.Rebuilt(this);
            return contents;
        }
    }
}
