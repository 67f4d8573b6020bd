using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.FFmpeg.Inputs;
using TimeShift.Formats;

namespace TimeShift.Ingest.Sessions;

/// <summary>
/// Turns what an input reads into what the hub takes. Nothing is published until every track that can be carried has its configuration, or two seconds of media have
/// gone by without; what came meanwhile is held and follows.
/// </summary>
internal sealed class InputFeed : IDisposable
{
    private const long Patience = 2_000_000;
    private const int MaxHeld = 1024;
    private readonly Publisher _publisher;
    private readonly StreamName _name;
    private readonly ILogger _logger;
    private readonly IMediaInput _input;
    private readonly List<TrackFeed?> _feeds = [];
    private readonly Queue<(TrackFeed Feed, OwnedPacket Packet)> _held = new();
    private long? _firstTime;
    private bool _started;
    private long _corrupt;

    public InputFeed(IMediaInput input, Publisher publisher, StreamName name, ILogger logger)
    {
        _input = input;
        _publisher = publisher;
        _name = name;
        _logger = logger;
        AddFeeds();
        if (_feeds.TrueForAll(f => f is null))
            throw new MediaInputException(MediaInputFault.InvalidData, $"no track that can be carried: {string.Join(", ", input.Tracks)}; expected H.264, H.265, AV1, AAC or G.711");
    }

    /// <param name="offset">Microseconds added to the packet's times.</param>
    public void Publish(in InputPacket packet, long offset)
    {
        if (_input.Tracks.Count > _feeds.Count) AddFeeds();
        if (_feeds[packet.TrackIndex] is not { } feed) return;
        OwnedPacket owned;
        try
        {
            owned = feed.Convert(packet, offset);
        }
        catch (BitstreamException e)
        {
            if (++_corrupt == 1) Log.PacketCorrupt(_logger, _name, e.Message);
            return;
        }

        if (owned.IsDefault) return;
        if (_started)
        {
            if (feed.TrackChanged) SetTracks();
            if (feed.IsPublished) Send(feed, owned);
            else owned.Dispose();
            return;
        }

        _held.Enqueue((feed, owned));
        _firstTime ??= owned.Packet.Dts.Microseconds;
        if (_feeds.TrueForAll(f => f is null || f.Track is not null)
            || owned.Packet.Dts.Microseconds - _firstTime > Patience
            || _held.Count >= MaxHeld) Start();
    }

    /// <summary>The end: what is held goes out.</summary>
    public void Flush()
    {
        if (!_started && _held.Count > 0) Start();
    }

    public void Dispose()
    {
        while (_held.TryDequeue(out var held)) held.Packet.Dispose();
        if (_corrupt > 1) Log.PacketsCorrupt(_logger, _name, _corrupt);
    }

    private void AddFeeds()
    {
        for (var i = _feeds.Count; i < _input.Tracks.Count; i++)
        {
            var track = _input.Tracks[i];
            if (track.Codec is null && track.Kind is not null) Log.TrackLeftOut(_logger, _name, track.ToString());
            _feeds.Add(track.Codec is null ? null : new TrackFeed(track, i + 1));
        }
    }

    private void Start()
    {
        _started = true;
        foreach (var feed in _feeds)
        {
            if (feed is { Track: null }) Log.TrackWithoutConfig(_logger, _name, feed.Input.ToString());
        }

        if (!SetTracks())
        {
            _started = false;
            return;
        }

        while (_held.TryDequeue(out var held))
        {
            if (held.Feed.IsPublished) Send(held.Feed, held.Packet);
            else held.Packet.Dispose();
        }
    }

    private bool SetTracks()
    {
        var ready = _feeds.Where(f => f?.Track is not null).OrderBy(f => f!.Track!.Kind).ToArray();
        if (ready.Length == 0) return false;
        // The stream's own IDs: video first, whatever the container's order.
        ImmutableArray<Track> tracks = [.. ready.Select((f, i) => f!.TakeTrack(i))];
        _publisher.SetTracks(new TrackSet(tracks));
        return true;
    }

    private void Send(TrackFeed feed, OwnedPacket owned)
    {
        owned.Packet.TrackIndex = feed.Position;
        _publisher.Publish(owned);
    }
}
