using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.FFmpeg.Inputs;
using TimeShift.Formats;
using TimeShift.Formats.Aac;
using TimeShift.Formats.Av1;
using TimeShift.Formats.Nal;

namespace TimeShift.Ingest.Sessions;

/// <summary>One track of an input: finds its configuration, and makes packets in the program's sample format from what the container has.</summary>
internal sealed class TrackFeed
{
    private readonly Codec _codec;
    private readonly Timescale _timescale;
    private ParameterSets? _sets;
    private DecodeTimes? _decodeTimes;
    private AdtsProfile _adts;
    private AdtsProfile _adtsCandidate;
    private readonly int _lengthSize = 4;
    private readonly bool _lengthPrefixed;
    private long _lastDts = long.MinValue;
    private long _lastGiven = long.MinValue;
    private long _shared;
    private long _step;

    public TrackFeed(InputTrack input, int id)
    {
        Input = input;
        _codec = input.Codec!.Value;
        _timescale = TimescaleOf(input);
        // Frames of AAC have 1024 samples; several of them may share the one time that a PES packet has.
        _step = _codec == Codec.Aac ? 1024 : _timescale.TicksPerSecond / 25;
        var extradata = input.Extradata.Span;
        if (_codec is Codec.H264 or Codec.H265)
        {
            _lengthPrefixed = !extradata.IsEmpty && !AnnexB.IsAnnexB(extradata);
            if (_lengthPrefixed) _lengthSize = TrackFactory.NalLengthSize(_codec, extradata);
        }

        Track = _codec.IsG711() ? G711(input, id) : TrackFactory.FromExtradata(_codec, id, _timescale, extradata);
        if (input.Kind == MediaKind.Video) _sets = Track is null ? new ParameterSets(_codec) : new ParameterSets(_codec, Track.Config.Span);
        TrackChanged = Track is not null;
    }

    public InputTrack Input { get; }

    /// <summary>Null until its configuration is known.</summary>
    public Track? Track { get; private set; }

    /// <summary>The track is another than the one taken last.</summary>
    public bool TrackChanged { get; private set; }

    /// <summary>Position in the published set.</summary>
    public int Position { get; private set; }

    public bool IsPublished { get; private set; }

    public Track TakeTrack(int position)
    {
        TrackChanged = false;
        IsPublished = true;
        Position = position;
        return Track = Track! with { Id = position + 1 };
    }

    /// <returns>The default value where nothing is left to send: a packet of parameter sets alone, or one before the configuration is known.</returns>
    /// <exception cref="BitstreamException">The packet is broken.</exception>
    public OwnedPacket Convert(in InputPacket packet, long offset)
    {
        var data = packet.Data;
        if (!packet.NewExtradata.IsEmpty && !_codec.IsG711()) Reconfigure(packet.NewExtradata);
        if (_codec == Codec.Aac) data = StripAdts(data);
        else if (_sets is not null && (packet.IsKey || Track is null)) Observe(data);
        if (Track is null || data.IsEmpty) return default;
        var owned = Copy(data);
        if (owned.Packet.PayloadLength > 0 && TryStamp(owned.Packet, packet, offset)) return owned;
        owned.Dispose();
        return default;
    }

    private OwnedPacket Copy(ReadOnlySpan<byte> data)
    {
        if (_codec == Codec.Av1) return CopyTemporalUnit(data);
        if (Input.Kind == MediaKind.Audio || _lengthPrefixed && LengthPrefixed.IsNormal(_codec, data, _lengthSize, InBandParameterSets.Drop))
        {
            var copy = PacketPool.Shared.Rent(data.Length);
            data.CopyTo(copy.Packet.Buffer);
            copy.Packet.SetPayload(0, data.Length);
            return copy;
        }

        var size = _lengthPrefixed
            ? LengthPrefixed.NormalizedSize(_codec, data, _lengthSize, InBandParameterSets.Drop)
            : AnnexB.LengthPrefixedSize(_codec, data, InBandParameterSets.Drop);
        var owned = PacketPool.Shared.Rent(size);
        var written = _lengthPrefixed
            ? LengthPrefixed.Normalize(_codec, data, _lengthSize, owned.Packet.Buffer, InBandParameterSets.Drop)
            : AnnexB.ToLengthPrefixed(_codec, data, owned.Packet.Buffer, InBandParameterSets.Drop);
        owned.Packet.SetPayload(0, written);
        return owned;
    }

    private static OwnedPacket CopyTemporalUnit(ReadOnlySpan<byte> data)
    {
        var unit = PacketPool.Shared.Rent(TemporalUnit.SampleSize(data));
        unit.Packet.SetPayload(0, TemporalUnit.ToSample(data, unit.Packet.Buffer));
        return unit;
    }

    // False for a picture that nothing can decode.
    private bool TryStamp(MediaPacket packet, in InputPacket source, long offset)
    {
        packet.Flags = AccessUnits.IsKeyFrame(_codec, packet.Payload) ? PacketFlags.Key : PacketFlags.None;
        if (source.IsCorrupt) packet.Flags |= PacketFlags.Discontinuity;
        if (!TryFindDts(source, packet.IsKey, out var dts)) return false;
        if (_codec == Codec.Aac && dts is { } shared) dts = Unshare(shared);
        // Without any time, one frame later is the best guess.
        var shift = offset == 0 ? 0 : MediaTime.FromMicroseconds(offset, _timescale).Ticks;
        var at = dts + shift ?? (_lastDts == long.MinValue ? shift : _lastDts + _step);
        if (_codec.IsG711()) at = AfterLast(at);
        var pts = Input.Kind == MediaKind.Video && source.Pts is { } presented ? presented.Rescale(_timescale).Ticks + shift : at;
        if (_codec.IsG711()) _step = Track!.TicksOf(packet.PayloadLength);
        else if (_lastDts != long.MinValue && at > _lastDts) _step = at - _lastDts;
        _lastDts = at;
        packet.Dts = new MediaTime(at, _timescale);
        packet.Pts = new MediaTime(pts, _timescale);
        packet.Duration = _codec.IsG711() ? new MediaTime(_step, _timescale)
            : source.Duration.Ticks > 0 ? source.Duration.Rescale(_timescale)
            : MediaTime.Zero(_timescale);
        packet.SourceInstant = source.SourceInstant;
        return true;
    }

    /// <summary>
    /// Frames of AAC that came in one PES packet may all be given its one time, or the second the first's and those after it one frame too little each: as long as times
    /// have not caught up, each frame is put after the one before.
    /// </summary>
    private long Unshare(long given)
    {
        var step = given - _lastGiven;
        if (_lastGiven != long.MinValue)
        {
            if (step == 0) _shared += _step;
            else if (step > _step * 3 / 2 || step < 0) _shared = 0;
        }

        _lastGiven = given;
        return given + _shared;
    }

    // Rounded milliseconds of a container are where the last packet's samples end.
    private long AfterLast(long at) =>
        _lastDts != long.MinValue && Math.Abs(at - _lastDts - _step) <= _timescale.TicksPerSecond / 500 ? _lastDts + _step : at;

    private bool TryFindDts(in InputPacket source, bool isKey, out long? dts)
    {
        dts = (_decodeTimes is null ? source.Dts ?? source.Pts : source.Pts)?.Rescale(_timescale).Ticks;
        if (_sets is null || _codec == Codec.Av1 || _decodeTimes is null && source.Dts is not null) return true;
        // Once a packet came with a presentation time alone, the rule gives all decoding times: a container that guesses some guesses late.
        if (_decodeTimes is null && (source.Pts is not null || _lastDts == long.MinValue))
        {
            _decodeTimes = new DecodeTimes(_timescale);
            ConfigureTimes();
        }

        if (_decodeTimes is null) return true;
        // RTSP's first picture may come without any time: it is the one that the times are counted from.
        if (source.Pts is null && _lastDts == long.MinValue) dts = 0;
        if (dts is not { } pts) return true;
        var isDecodable = _decodeTimes.TryNext(pts, isKey, out var due);
        dts = due;
        return isDecodable;
    }

    private void ConfigureTimes() =>
        _decodeTimes?.Configure(Track!, Track!.NominalDuration.Ticks > 0 ? Track.NominalDuration.Ticks : Input.FrameRate is > 0 and var rate ? (long)(_timescale.TicksPerSecond / rate) : 0);

    private void Observe(ReadOnlySpan<byte> data)
    {
        if (_lengthPrefixed && _lengthSize != 4) return;
        if (!_sets!.TryUpdate(data, _lengthPrefixed ? NalFraming.LengthPrefixed : NalFraming.AnnexB, out var config)) return;
        Track = TrackFactory.Create(_codec, Track?.Id ?? Input.Index + 1, _timescale, config);
        TrackChanged = true;
        ConfigureTimes();
    }

    private void Reconfigure(ReadOnlySpan<byte> extradata)
    {
        var track = TrackFactory.FromExtradata(_codec, Track?.Id ?? Input.Index + 1, _timescale, extradata);
        if (track is null || track.Equals(Track)) return;
        Track = track;
        if (_sets is not null) _sets = new ParameterSets(_codec, track.Config.Span);
        TrackChanged = true;
        if (_sets is not null) ConfigureTimes();
    }

    private ReadOnlySpan<byte> StripAdts(ReadOnlySpan<byte> data)
    {
        // With a configuration out of band the frames are raw; without one, as MPEG-TS has them, each says it in its own header.
        if (!Input.Extradata.IsEmpty) return data;
        if (!AdtsHeader.TryReadFrame(data, out var header, out var frame)) throw new BitstreamException($"ADTS: {data.Length} bytes are no whole frame");
        var profile = new AdtsProfile(header.ObjectType, header.SampleRate, header.ChannelConfiguration);
        if (profile == _adts) return frame;
        // One header that differs is more likely damage than a change.
        if (Track is not null && profile != _adtsCandidate)
        {
            _adtsCandidate = profile;
            return default;
        }

        _adts = profile;
        Track = TrackFactory.Create(Codec.Aac, Track?.Id ?? Input.Index + 1, _timescale, header.ToConfig().Write());
        TrackChanged = true;
        return frame;
    }

    // Null where the container does not say how to read the samples.
    private static Track? G711(InputTrack input, int id) => input.SampleRate > 0 && input.Channels is > 0 and <= TrackFactory.MaxG711Channels
        ? TrackFactory.CreateG711(input.Codec!.Value, id, input.SampleRate, input.Channels)
        : null;

    // Video keeps the source's clock where it is fine enough; FLV's milliseconds become 90 kHz, into which they fit exactly. Audio counts samples.
    private static Timescale TimescaleOf(InputTrack input) =>
        input.Kind == MediaKind.Audio && input.SampleRate > 0 ? new Timescale(input.SampleRate)
        : input.Timescale.TicksPerSecond is >= 8_000 and <= 1_000_000 ? input.Timescale
        : Timescale.Mpeg;

    private readonly record struct AdtsProfile(int ObjectType, int SampleRate, int Channels);
}
