using System.Text.Json;
using System.Text.Json.Serialization;

namespace TimeShift.Storage;

/// <summary>What a stream's folder says of itself, in <c>stream.json</c>: footage without it, or with another's, is not this stream's.</summary>
public sealed record StreamIdentity
{
    public const string FileName = "stream.json";
    public const int CurrentFormat = 1;

    /// <summary>Version of the archive's format on disk.</summary>
    public int Format { get; init; } = CurrentFormat;

    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>EXT-X-TARGETDURATION of every playlist of this stream, in seconds; raised only together with a discontinuity.</summary>
    public required int TargetDuration { get; init; }

    /// <summary>No segment below this number will be made: numbers go on even where all reels were removed.</summary>
    public long NextSegment { get; init; }

    /// <inheritdoc cref="NextSegment"/>
    public long NextDiscontinuity { get; init; }

    /// <returns>Null where the folder has no identity file.</returns>
    /// <exception cref="InvalidDataException">The file is there and cannot be understood.</exception>
    public static StreamIdentity? Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            var identity = JsonSerializer.Deserialize(File.ReadAllBytes(path), StorageJson.Default.StreamIdentity)
                ?? throw new InvalidDataException($"{path} is empty; expected the stream's identity");
            return identity.Format == CurrentFormat
                ? identity
                : throw new InvalidDataException($"{path} is of format {identity.Format}; this program knows format {CurrentFormat}");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not the identity of a stream: {e.Message}", e);
        }
    }

    /// <summary>Replaces the file in one step: a reader, or a crash, sees the old or the new one whole.</summary>
    public void Save(string folder)
    {
        var path = Path.Combine(folder, FileName);
        var next = path + ".new";
        using (var file = File.Create(next))
        {
            JsonSerializer.Serialize(file, this, StorageJson.Default.StreamIdentity);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StreamIdentity))]
internal sealed partial class StorageJson : JsonSerializerContext;
