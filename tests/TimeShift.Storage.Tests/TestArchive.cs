using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TimeShift.Core.Media;

namespace TimeShift.Storage.Tests;

/// <summary>An archive in a folder of its own that can be closed and opened again.</summary>
internal sealed class TestArchive : IAsyncDisposable
{
    public static readonly Instant Start = Instant.From(new DateTimeOffset(2026, 11, 22, 16, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo _folder;
    private readonly ILogger<Archive> _logger;
    private readonly ArchiveOptions _options;
    private Archive? _archive;

    public TestArchive(ILogger<Archive>? logger = null, Func<ArchiveOptions, ArchiveOptions>? change = null)
    {
        // In memory where there is such a folder: these tests make files by the ten thousand.
        _folder = Directory.Exists("/dev/shm")
            ? Directory.CreateDirectory($"/dev/shm/timeshift-storage-{Guid.NewGuid():N}")
            : Directory.CreateTempSubdirectory("timeshift-storage-");
        _logger = logger ?? NullLogger<Archive>.Instance;
        _options = new ArchiveOptions { Root = _folder.FullName, WriterThreads = 2, Flush = FlushPolicy.None };
        if (change is not null) _options = change(_options);
    }

    public string Root => _folder.FullName;

    public Archive Archive => _archive ??= new Archive(_options, new FakeTimeProvider(Start.ToDateTimeOffset()), _logger);

    public StreamArchive Stream => Archive.GetOrAdd(StreamName.Parse("live/cam"), 2);

    public string StreamFolder => Path.Combine(Root, "live", "cam");

    public string[] Reels() => [.. Directory.EnumerateFiles(StreamFolder, "*.mp4", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public TestRecorder Recorder(Footage? footage = null, Instant? start = null) => new(Stream, footage ?? Footage.Normal, start ?? Start);

    /// <summary>As a restart of the program does.</summary>
    public async Task<StreamArchive> Reopen()
    {
        await CloseAsync();
        return Stream;
    }

    public async Task CloseAsync()
    {
        if (_archive is not null) await _archive.DisposeAsync();
        _archive = null;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Delete(recursive: true);
    }

    public static byte[] ReadAll(TrackContent content)
    {
        var bytes = new byte[content.Length];
        Assert.Equal(bytes.Length, content.Read(0, bytes));
        return bytes;
    }

    public static byte[]? Read(StreamArchive archive, long number, int? part, int trackId)
    {
        using var content = TrackContent.Open(archive, number, part, trackId);
        return content is null ? null : ReadAll(content);
    }
}
