using TimeShift.Core.Media;
using TimeShift.Core.Packets;

namespace TimeShift.Core.Hub;

/// <summary>A publisher's place on a stream, from the moment it is granted until it is disposed. Used by one thread at a time.</summary>
public sealed class Publisher : IDisposable
{
    private readonly LiveStream _stream;

    internal Publisher(LiveStream stream, PublisherInfo info)
    {
        _stream = stream;
        Info = info;
    }

    public PublisherInfo Info { get; }

    public LiveStream Stream => _stream;

    /// <summary>Says what the packets that follow are. The first call begins an epoch; a later one does only where the content differs.</summary>
    public void SetTracks(TrackSet tracks) => _stream.SetTracks(this, tracks);

    /// <summary>Sends one packet to everybody who listens, with its times as the source has them; takes the reference, whatever happens.</summary>
    public void Publish(OwnedPacket packet) => _stream.Publish(this, packet);

    public void End(StreamEnd end) => _stream.End(this, end);

    /// <summary>The same as <see cref="End"/> with <see cref="StreamEnd.Finished"/>, unless it was ended before.</summary>
    public void Dispose() => End(StreamEnd.Finished);
}
