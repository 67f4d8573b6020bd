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
    private IndexHeader? _header;
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
        _header = header;
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
    public IndexHeader Header => _header ??= IndexFile.LoadHeader(IndexPath) ?? Rebuild().Header;

    public SegmentIndex Index
    {
        get
        {
            if (_index is { } index) return index;
            var contents = IndexFile.Load(IndexPath) ?? Rebuild();
            _header ??= contents.Header;
            _cache.Used(this);
            return _index = new SegmentIndex(contents.Records);
        }
    }

    public long FirstNumber => Header.FirstNumber;

    public TrackSet Tracks => _tracks ??= ReelScanner.ReadTracks(File(), MediaPath);

    public Instant End => Index.Records is [.., var last] ? last.End : NominalStart;

    public SegmentInfo Segment(int position)
    {
        var record = Index.Records[position];
        var header = Header;
        return new SegmentInfo(
            this, header.FirstNumber + position, record.Start, record.DurationMicroseconds, record.Size, record.Flags, position == 0 && header.Discontinuity);
    }

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

    internal void Forget()
    {
        if (IsOpen) return;
        _index = null;
        Interlocked.Exchange(ref _file, null)?.Dispose();
    }

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

    // The index is derived: without one, or with one of another version, the reel is read once and says all again.
    private IndexFile.Contents Rebuild()
    {
        var scan = ReelScanner.Scan(MediaPath);
        IndexFile.Replace(IndexPath, scan.Header, scan.Records, scan.EndRecord);
        _cache.Rebuilt(this);
        return new IndexFile.Contents(scan.Header, scan.Records, scan.EndRecord, true);
    }
}
