using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Media;
using TimeShift.Storage.Reels;
using TimeShift.Storage.Writing;

namespace TimeShift.Storage;

/// <summary>The archive on disk: one folder per stream. Opening it lists folders and reads one index per stream, not the reels.</summary>
public sealed class Archive : IAsyncDisposable
{
    // A disk's own lost+found is not for everybody's eyes.
    private static readonly EnumerationOptions _enumeration = new() { IgnoreInaccessible = true };
    private readonly ConcurrentDictionary<StreamName, StreamArchive> _streams = new();
    private readonly Lock _adding = new();
    private readonly ArchiveLock _lock;
    private readonly DiskWriter _writer;
    private readonly ReelCache _cache;
    private readonly TimeProvider _clock;
    private readonly ILogger<Archive> _logger;

    /// <exception cref="IOException">The root cannot be made or read, or another program has it.</exception>
    public Archive(ArchiveOptions options, TimeProvider clock, ILogger<Archive> logger)
    {
        Options = options;
        _clock = clock;
        _logger = logger;
        _cache = new ReelCache(logger);
        _lock = ArchiveLock.Take(options.Root);
        _writer = new DiskWriter(options.WriterThreads);
        foreach (var folder in StreamFolders(options.Root)) TryOpen(folder);
    }

    public ArchiveOptions Options { get; }

    public ICollection<StreamArchive> Streams => _streams.Values;

    public bool TryGet(StreamName name, [NotNullWhen(true)] out StreamArchive? stream) => _streams.TryGetValue(name, out stream);

    /// <summary>The stream's archive; a folder with an identity is made for a name that is new.</summary>
    /// <param name="targetDuration">Of a new stream, seconds.</param>
    /// <exception cref="IOException">The folder cannot be made, or holds another stream's footage.</exception>
    public StreamArchive GetOrAdd(StreamName name, int targetDuration)
    {
        if (_streams.TryGetValue(name, out var found)) return found;
        lock (_adding)
        {
            if (_streams.TryGetValue(name, out found)) return found;
            var folder = Path.Combine(Options.Root, name.Value);
            Directory.CreateDirectory(folder);
            var identity = LoadIdentity(folder);
            if (identity is not null && identity.Name != name.Value)
                throw new IOException($"{folder} says that it belongs to stream '{identity.Name}', not '{name}'; move it away, or back where it belongs");
            if (identity is null)
            {
                identity = new StreamIdentity { Id = Guid.NewGuid(), Name = name.Value, Created = _clock.GetUtcNow(), TargetDuration = targetDuration };
                identity.Save(folder);
            }

            try
            {
                return _streams[name] = new StreamArchive(name, folder, identity, Options, _writer, _cache, _logger);
            }
            catch (InvalidDataException e)
            {
                throw new IOException($"{folder} cannot be opened as a stream's archive: {e.Message}", e);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _streams.Values) await stream.CloseAsync().ConfigureAwait(false);
        _writer.Dispose();
        _lock.Dispose();
    }

    /// <summary>Folders below <paramref name="root"/> that hold a stream's identity.</summary>
    public static IEnumerable<string> StreamFolders(string root)
    {
        var waiting = new Stack<string>([root]);
        while (waiting.TryPop(out var folder))
        {
            if (File.Exists(Path.Combine(folder, StreamIdentity.FileName))) yield return folder;
            foreach (var child in Directory.EnumerateDirectories(folder, "*", _enumeration))
            {
                // Years and months hold reels; a stream whose name looks like one says so with an identity of its own, as does one below it.
                var isReels = IsNumber(child, 2) && IsNumber(folder, 4);
                if (!isReels || File.Exists(Path.Combine(child, StreamIdentity.FileName))) waiting.Push(child);
            }
        }
    }

    private static bool IsNumber(string folder, int digits) => Path.GetFileName(folder) is var name && name.Length == digits && name.All(char.IsAsciiDigit);

    private static StreamIdentity? LoadIdentity(string folder)
    {
        try
        {
            return StreamIdentity.Load(folder);
        }
        catch (InvalidDataException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private void TryOpen(string folder)
    {
        try
        {
            var identity = StreamIdentity.Load(folder)!;
            var expected = Path.GetRelativePath(Options.Root, folder).Replace('\\', '/');
            if (identity.Name != expected) throw new InvalidDataException($"its identity says '{identity.Name}', its place says '{expected}'");
            var name = StreamName.Parse(identity.Name);
            _streams[name] = new StreamArchive(name, folder, identity, Options, _writer, _cache, _logger);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or UnauthorizedAccessException)
        {
            Log.StreamUnreadable(_logger, folder, e.Message);
        }
    }
}
