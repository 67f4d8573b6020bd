using System.IO.Compression;
using TimeShift.Formats.Simd;

namespace TimeShift.Playback.Playlists;

/// <summary>A playlist as bytes, rendered once for everybody who asks for the same; the gzip form is made when the first one wants it.</summary>
public sealed class RenderedPlaylist
{
    private readonly Lazy<byte[]> _gzip;

    public RenderedPlaylist(byte[] bytes, TimeSpan maxAge)
    {
        Bytes = bytes;
        MaxAge = maxAge;
        ETag = $"\"{Crc32C.Compute(bytes):x8}-{bytes.Length:x}\"";
        _gzip = new Lazy<byte[]>(Compress);
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    public ReadOnlyMemory<byte> Gzip => _gzip.Value;

    /// <summary>Strong: it names the content.</summary>
    public string ETag { get; }

    /// <summary>How long a cache may keep it.</summary>
    public TimeSpan MaxAge { get; }

    private byte[] Compress()
    {
        using var output = new MemoryStream(Bytes.Length / 8 + 256);
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Bytes.Span);
        return output.ToArray();
    }
}
