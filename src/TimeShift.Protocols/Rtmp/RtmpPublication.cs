using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats;
using TimeShift.Formats.Amf;
using TimeShift.Formats.Flv;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Rtmp;

/// <summary>Turns the audio, video and data messages of one publisher into packets of the hub.</summary>
internal sealed class RtmpPublication(Publisher publisher, PacketPool pool, TimeProvider clock, ILogger logger)
{
    private const string NoHeader = "no sequence header";
    private readonly FlvTrack _video = new(MediaKind.Video);
    private readonly FlvTrack _audio = new(MediaKind.Audio);
    private TrackDiscovery? _discovery = new(clock);
    private TimestampUnwrapper _time;
    private bool _hasTracks;
    private bool _saidTrackless;
    private bool _saidDamaged;

    public StreamName Stream => publisher.Stream.Name;

    public void Metadata(AmfObject metadata) => _discovery?.Promise(metadata);

    /// <summary>Takes the reference, whatever happens.</summary>
    /// <exception cref="FormatException">The message breaks FLV.</exception>
    public void Video(OwnedPacket message, uint timestamp)
    {
        var taken = false;
        try
        {
            var milliseconds = _time.Unwrap(timestamp);
            var payload = message.Packet.Payload;
            if (payload.IsEmpty) return;
            if (!FlvVideoHeader.TryRead(payload, out var header))
                throw new FlvFormatException($"a video message of {payload.Length} bytes ends within its header");
            if (header.FrameType == FlvFrameType.Command) return;
            if (header.Codec is not { } codec)
            {
                LeaveOut(_video, milliseconds, header.CodecId, header.PacketType == FlvVideoPacketType.Multitrack);
            }
            else if (header.PacketType == FlvVideoPacketType.SequenceStart)
            {
                SetHeader(_video, codec, header.CodecId, payload[header.Length..]);
            }
            else if (header.PacketType is FlvVideoPacketType.CodedFrames or FlvVideoPacketType.CodedFramesX && payload.Length > header.Length)
            {
                taken = true;
                Media(new HeldPacket(message, MediaKind.Video, milliseconds, header.CompositionTime), header.Length);
            }
        }
        finally
        {
            if (!taken) message.Dispose();
        }
    }

    /// <inheritdoc cref="Video"/>
    public void Audio(OwnedPacket message, uint timestamp)
    {
        var taken = false;
        try
        {
            var milliseconds = _time.Unwrap(timestamp);
            var payload = message.Packet.Payload;
            if (payload.IsEmpty) return;
            if (!FlvAudioHeader.TryRead(payload, out var header))
                throw new FlvFormatException($"an audio message of {payload.Length} bytes ends within its header");
            if (header.Codec is not { } codec)
            {
                LeaveOut(_audio, milliseconds, header.CodecId, header.PacketType == FlvAudioPacketType.Multitrack);
            }
            else if (header.PacketType == FlvAudioPacketType.SequenceStart)
            {
                SetHeader(_audio, codec, header.CodecId, payload[header.Length..]);
            }
            else if (header.PacketType == FlvAudioPacketType.CodedFrames && payload.Length > header.Length)
            {
                if (codec.IsG711()) SetG711(codec, header);
                taken = true;
                Media(new HeldPacket(message, MediaKind.Audio, milliseconds, 0), header.Length);
            }
        }
        finally
        {
            if (!taken) message.Dispose();
        }
    }

    /// <summary>Publishes what is still held, and gives the stream's place back.</summary>
    public void End(StreamEnd end)
    {
        if (_discovery is { } discovery)
        {
            if (end != StreamEnd.Fault && (_video.Track ?? _audio.Track) is not null) Begin();
            else foreach (var held in discovery.Held) held.Packet.Dispose();
            _discovery = null;
        }

        publisher.End(end);
    }

    private FlvTrack Of(MediaKind kind) => kind == MediaKind.Video ? _video : _audio;

    private void LeaveOut(FlvTrack track, long milliseconds, uint codecId, bool isMultitrack)
    {
        _discovery?.Saw(milliseconds);
        if (!track.IsLeftOutFor(codecId))
        {
            BeginIfHeldBelongsTo(track);
            var had = track.Track is not null;
            var what = isMultitrack ? "several tracks in one (multitrack)" : FlvTrack.NameOf(track.Kind, codecId);
            track.LeaveOut(codecId, $"{what} cannot be carried; expected {(track.Kind == MediaKind.Video ? "H.264, HEVC or AV1" : "AAC or G.711")}");
            Log.TrackLeftOut(logger, Stream, track.Kind, track.LeftOut!);
            if (had && _discovery is null) SetTracks();
        }

        BeginIfOver();
    }

    private void SetHeader(FlvTrack track, Codec codec, uint codecId, ReadOnlySpan<byte> config)
    {
        if (config.IsEmpty || track.IsSame(codecId, config)) return;
        BeginIfHeldBelongsTo(track);
        track.Set(codec, codecId, config);
        if (track.LeftOut is { } reason) Log.TrackLeftOut(logger, Stream, track.Kind, reason);
        if (_discovery is null) SetTracks();
        else BeginIfOver();
    }

    private void SetG711(Codec codec, in FlvAudioHeader header)
    {
        if (_audio.IsG711(header.CodecId, header.Channels)) return;
        BeginIfHeldBelongsTo(_audio);
        _audio.SetG711(codec, header.CodecId, header.Channels);
        if (_discovery is null) SetTracks();
    }

    // Held packets of a track whose header changes belong to the old one.
    private void BeginIfHeldBelongsTo(FlvTrack track)
    {
        if (track.Track is not null && _discovery is { Held.Count: > 0 }) Begin();
    }

    private void Media(in HeldPacket packet, int headerLength)
    {
        var body = packet.Packet.Packet;
        body.SetPayload(headerLength, body.PayloadLength - headerLength);
        if (_discovery is null)
        {
            Publish(packet);
            return;
        }

        _discovery.Saw(packet.Milliseconds);
        _discovery.Hold(packet);
        BeginIfOver();
    }

    private void BeginIfOver()
    {
        if (_discovery?.IsOver(_video, _audio) == true) Begin();
    }

    private void Begin()
    {
        var discovery = _discovery!;
        _discovery = null;
        SetTracks();
        if (!_hasTracks)
        {
            foreach (var held in discovery.Held) held.Packet.Dispose();
            throw new RtmpProtocolException(
                $"no track that can be carried came (video: {_video.LeftOut ?? NoHeader}; audio: {_audio.LeftOut ?? NoHeader}); expected H.264, HEVC, AV1, AAC or G.711");
        }

        var lost = discovery.Held.Count(p => Of(p.Kind).Track is null);
        if (lost > 0)
        {
            _saidTrackless = true;
            Log.PacketsWithoutTrack(logger, Stream, lost);
        }

        foreach (var held in discovery.Held) Publish(held);
    }

    private void SetTracks()
    {
        var tracks = ImmutableArray.CreateBuilder<Track>(2);
        foreach (var track in (ReadOnlySpan<FlvTrack>)[_video, _audio])
        {
            if (track.Track is null) continue;
            track.Index = tracks.Count;
            tracks.Add(track.Track);
        }

        // Without any, the epoch stays as it is, and nothing is published into it.
        if (tracks.Count == 0) return;
        publisher.SetTracks(new TrackSet(tracks.ToImmutable()));
        _hasTracks = true;
    }

    private void Publish(in HeldPacket held)
    {
        var flv = Of(held.Kind);
        var owned = held.Packet;
        if (flv.Track is not { } track)
        {
            owned.Dispose();
            if (flv.LeftOut is null && !_saidTrackless) Log.PacketsWithoutTrack(logger, Stream, 1);
            _saidTrackless |= flv.LeftOut is null;
            return;
        }

        var flags = flv.HasGap ? PacketFlags.Discontinuity : PacketFlags.None;
        try
        {
            if (held.Kind == MediaKind.Audio)
            {
                flags |= PacketFlags.Key;
            }
            else
            {
                // Senders mark as key frames what is none, and the other way round; the bitstream knows.
                if (flv.LengthSize != 4) owned = WithLengthsOfFour(owned, track.Codec, flv.LengthSize);
                if (AccessUnits.IsKeyFrame(track.Codec, owned.Packet.Payload)) flags |= PacketFlags.Key;
            }
        }
        catch (BitstreamException e)
        {
            owned.Dispose();
            flv.HasGap = true;
            if (!_saidDamaged) Log.DamagedPackets(logger, Stream, held.Kind, e.Message);
            _saidDamaged = true;
            return;
        }

        flv.HasGap = false;
        var packet = owned.Packet;
        packet.TrackIndex = flv.Index;
        packet.Flags = flags;
        packet.Dts = new MediaTime(held.Milliseconds, Timescale.Milliseconds).Rescale(track.Timescale);
        packet.Pts = new MediaTime(held.Milliseconds + held.CompositionTime, Timescale.Milliseconds).Rescale(track.Timescale);
        packet.Duration = new MediaTime(track.TicksOf(packet.PayloadLength), track.Timescale);
        publisher.Publish(owned);
    }

    // One more copy, for the senders (hardly any) whose NAL unit lengths have 1, 2 or 3 bytes.
    private OwnedPacket WithLengthsOfFour(OwnedPacket source, Codec codec, int lengthSize)
    {
        var payload = source.Packet.Payload;
        var result = pool.Rent(LengthPrefixed.NormalizedSize(codec, payload, lengthSize, InBandParameterSets.Keep));
        result.Packet.SetPayload(0, LengthPrefixed.Normalize(codec, payload, lengthSize, result.Packet.Buffer, InBandParameterSets.Keep));
        source.Dispose();
        return result;
    }
}
