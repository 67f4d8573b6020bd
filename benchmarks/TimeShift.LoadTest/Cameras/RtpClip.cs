using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TimeShift.Formats.Aac;
using TimeShift.Formats.Flv;
using TimeShift.Formats.H264;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Rtsp;
using TimeShift.LoadTest.Media;

namespace TimeShift.LoadTest.Cameras;

/// <summary>
/// A file as the RTP packets of a camera, interleaved as in an RTSP connection (RFC 2326 §10.12), in rounds without end: H.264 by RFC 6184 in single units and
/// FU-A, AAC by RFC 3640 (AAC-hbr). A round is made once; each session patches sequence numbers and times into its copy.
/// </summary>
internal sealed class RtpClip
{
    /// <summary>What fits into an Ethernet frame, as cameras send it even over TCP.</summary>
    private const int MaxPayload = 1_400;

    private const int RtpHeaderSize = 12;
    private const int FirstPayloadType = 96;
    private const byte FuA = 28;
    private const int VideoClock = 90_000;
    private readonly byte[] _round;
    private readonly int[] _frames;
    private readonly RtpClipTrack[] _tracks;

    private RtpClip(byte[] round, int[] frames, RtpClipTrack[] tracks, ClipSchedule schedule, string sdp)
    {
        (_round, _frames, _tracks) = (round, frames, tracks);
        (Schedule, Sdp) = (schedule, sdp);
    }

    public ClipSchedule Schedule { get; }

    public string Sdp { get; }

    public int TrackCount => _tracks.Length;

    public double BitsPerSecond => _round.Length * 8_000.0 / Schedule.Period;

    /// <exception cref="FormatException">The bytes are no FLV, or hold neither H.264 nor AAC.</exception>
    public static RtpClip Read(ReadOnlyMemory<byte> flv)
    {
        var media = LoopedMedia.Read(flv);
        var output = new ArrayBufferWriter<byte>();
        var (frames, due, ends) = (new List<int>(), new List<int>(), new List<int>());
        RtpClipTrack[] tracks = [.. media.Tracks.Select((track, i) => RtpClipTrack.Create(track, i, media.Period))];
        var counts = new int[tracks.Length];
        foreach (var (looped, message) in media.InOrder)
        {
            var track = tracks[Array.IndexOf(media.Tracks, looped)];
            if (track.AudioRate > 0) WriteAudio(output, track, message, looped.First, counts[track.Index]++, frames);
            else WriteVideo(output, track, message, media.Origin, frames);
            due.Add((int)(message.Timestamp - media.Origin));
            ends.Add(output.WrittenCount);
        }

        return new RtpClip(output.WrittenSpan.ToArray(), [.. frames], tracks, new ClipSchedule([.. due], [.. ends], media.Period), Describe(tracks));
    }

    /// <summary>Copies the whole messages between two positions, with the sequence numbers and times of their round.</summary>
    /// <param name="from">Where a message begins; at most one round before <paramref name="to"/>.</param>
    public void Write(long from, long to, ArrayBufferWriter<byte> output)
    {
        while (from < to)
        {
            var (round, within) = Math.DivRem(from, _round.Length);
            var length = (int)Math.Min(to - from, _round.Length - within);
            var copy = output.GetSpan(length)[..length];
            _round.AsSpan((int)within, length).CopyTo(copy);
            var first = Array.BinarySearch(_frames, (int)within);
            for (var i = first; i < _frames.Length && _frames[i] < within + length; i++) Patch(copy[(_frames[i] - (int)within)..], round);
            output.Advance(length);
            from += length;
        }
    }

    /// <summary>Writes a sender report for each track (RFC 3550 §6.4.1), on its RTCP channel.</summary>
    /// <param name="elapsed">Milliseconds since the first round began.</param>
    public void WriteReports(double elapsed, DateTimeOffset now, ArrayBufferWriter<byte> output)
    {
        const int size = 28;
        var since1900 = (now - new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds;
        foreach (var track in _tracks)
        {
            var report = output.GetSpan(InterleavedFrame.HeaderSize + size)[..(InterleavedFrame.HeaderSize + size)];
            report.Clear();
            (report[0], report[1], report[3]) = (InterleavedFrame.Magic, (byte)(2 * track.Index + 1), size);
            var rtcp = report[InterleavedFrame.HeaderSize..];
            BinaryPrimitives.WriteUInt32BigEndian(rtcp, 0x80C80006);
            BinaryPrimitives.WriteUInt32BigEndian(rtcp[4..], track.Ssrc);
            BinaryPrimitives.WriteUInt64BigEndian(rtcp[8..], (ulong)(since1900 * 4_294_967_296));
            BinaryPrimitives.WriteUInt32BigEndian(rtcp[16..], unchecked((uint)(long)(elapsed * track.ClockRate / 1000)));
            output.Advance(report.Length);
        }
    }

    private void Patch(Span<byte> frame, long round)
    {
        var track = _tracks[frame[1] / 2];
        var rtp = frame[InterleavedFrame.HeaderSize..];
        BinaryPrimitives.WriteUInt16BigEndian(rtp[2..], unchecked((ushort)(BinaryPrimitives.ReadUInt16BigEndian(rtp[2..]) + round * track.Packets)));
        BinaryPrimitives.WriteUInt32BigEndian(rtp[4..], unchecked((uint)(BinaryPrimitives.ReadUInt32BigEndian(rtp[4..]) + round * track.RoundTicks)));
    }

    private static void WriteVideo(ArrayBufferWriter<byte> output, RtpClipTrack track, in FlvMessage message, long origin, List<int> frames)
    {
        if (!FlvVideoHeader.TryRead(message.Body.Span, out var header)) return;
        var time = unchecked((uint)((message.Timestamp - origin + header.CompositionTime) * (VideoClock / 1000)));
        var rest = message.Body.Span[header.Length..];
        foreach (var unit in NalUnits.InLengthPrefixed(rest, track.LengthSize))
        {
            var isLast = unit.Overlaps(rest, out var at) && -at + unit.Length == rest.Length;
            if (unit.Length <= MaxPayload)
            {
                unit.CopyTo(Packet(output, track, time, unit.Length, isLast, frames));
                continue;
            }

            // FU indicator, FU header with S and E, then the unit without its first byte (RFC 6184 §5.8).
            for (var position = 1; position < unit.Length;)
            {
                var piece = unit[position..Math.Min(unit.Length, position + MaxPayload - 2)];
                var ends = position + piece.Length == unit.Length;
                var payload = Packet(output, track, time, 2 + piece.Length, isLast && ends, frames);
                payload[0] = (byte)((unit[0] & 0xE0) | FuA);
                payload[1] = (byte)((unit[0] & 0x1F) | (position == 1 ? 0x80 : 0) | (ends ? 0x40 : 0));
                piece.CopyTo(payload[2..]);
                position += piece.Length;
            }
        }
    }

    private static void WriteAudio(ArrayBufferWriter<byte> output, RtpClipTrack track, in FlvMessage message, int first, int index, List<int> frames)
    {
        if (!FlvAudioHeader.TryRead(message.Body.Span, out var header)) return;
        var unit = message.Body.Span[header.Length..];
        // Counted in samples: the file's milliseconds are rounded.
        var time = (uint)((long)first * track.AudioRate / 1000 + (long)index * track.SamplesPerFrame);
        var payload = Packet(output, track, time, 4 + unit.Length, true, frames);
        BinaryPrimitives.WriteUInt16BigEndian(payload, 16);
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], (ushort)(unit.Length << 3));
        unit.CopyTo(payload[4..]);
    }

    // The next packet's header; returns the room for its payload.
    private static Span<byte> Packet(ArrayBufferWriter<byte> output, RtpClipTrack track, uint time, int payload, bool marker, List<int> frames)
    {
        frames.Add(output.WrittenCount);
        var size = InterleavedFrame.HeaderSize + RtpHeaderSize + payload;
        var frame = output.GetSpan(size)[..size];
        (frame[0], frame[1]) = (InterleavedFrame.Magic, (byte)(2 * track.Index));
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], (ushort)(RtpHeaderSize + payload));
        var rtp = frame[InterleavedFrame.HeaderSize..];
        (rtp[0], rtp[1]) = (0x80, (byte)(FirstPayloadType + track.Index | (marker ? 0x80 : 0)));
        BinaryPrimitives.WriteUInt16BigEndian(rtp[2..], unchecked((ushort)track.Packets++));
        BinaryPrimitives.WriteUInt32BigEndian(rtp[4..], time);
        BinaryPrimitives.WriteUInt32BigEndian(rtp[8..], track.Ssrc);
        output.Advance(size);
        return rtp[RtpHeaderSize..];
    }

    private static string Describe(RtpClipTrack[] tracks)
    {
        var text = new StringBuilder("v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\na=control:*\r\n");
        foreach (var track in tracks)
        {
            var type = FirstPayloadType + track.Index;
            text.Append(CultureInfo.InvariantCulture, $"m={(track.AudioRate > 0 ? "audio" : "video")} 0 RTP/AVP {type}\r\na=rtpmap:{type} {track.Encoding}\r\na=fmtp:{type} {track.Parameters}\r\na=control:track{track.Index}\r\n");
        }

        return text.ToString();
    }
}

/// <summary>One track of an <see cref="RtpClip"/>.</summary>
internal sealed class RtpClipTrack
{
    public required int Index { get; init; }

    public required int ClockRate { get; init; }

    /// <summary>Ticks of the clock from one round to the next.</summary>
    public required long RoundTicks { get; init; }

    /// <summary>As in SDP's <c>rtpmap</c>.</summary>
    public required string Encoding { get; init; }

    /// <summary>As in SDP's <c>fmtp</c>.</summary>
    public required string Parameters { get; init; }

    /// <summary>Of a NAL unit's length in the file; 0 for audio.</summary>
    public int LengthSize { get; init; }

    /// <summary>Hz; 0 for video.</summary>
    public int AudioRate { get; init; }

    public int SamplesPerFrame { get; init; }

    public uint Ssrc => 0x54530000 + (uint)Index;

    /// <summary>Of one round.</summary>
    public int Packets { get; set; }

    /// <exception cref="FormatException">It is neither H.264 nor AAC.</exception>
    public static RtpClipTrack Create(LoopedTrack track, int index, int period)
    {
        var body = track.Configuration.Body.Span;
        if (track.Type == FlvTagType.Video)
        {
            if (!FlvVideoHeader.TryRead(body, out var header) || header.Codec is not Core.Media.Codec.H264) throw new FlvFormatException("the file's video is not H.264, which is all that these cameras send");
            var avc = AvcConfiguration.Read(body[header.Length..]);
            var sets = string.Join(',', avc.Sps.Concat(avc.Pps).Select(Convert.ToBase64String));
            return new RtpClipTrack
            {
                Index = index,
                ClockRate = 90_000,
                RoundTicks = period * 90L,
                Encoding = "H264/90000",
                Parameters = $"packetization-mode=1;profile-level-id={avc.Profile:X2}{avc.Compatibility:X2}{avc.Level:X2};sprop-parameter-sets={sets}",
                LengthSize = avc.LengthSize,
            };
        }

        if (!FlvAudioHeader.TryRead(body, out var audio) || audio.Codec is not Core.Media.Codec.Aac) throw new FlvFormatException("the file's sound is not AAC, which is all that these cameras send");
        var config = body[audio.Length..];
        var aac = AudioSpecificConfig.Read(config);
        return new RtpClipTrack
        {
            Index = index,
            ClockRate = aac.SampleRate,
            RoundTicks = (long)period * aac.SampleRate / 1000,
            Encoding = string.Create(CultureInfo.InvariantCulture, $"MPEG4-GENERIC/{aac.SampleRate}/{aac.Channels}"),
            Parameters = $"streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config={Convert.ToHexString(config)}",
            AudioRate = aac.SampleRate,
            SamplesPerFrame = aac.SamplesPerFrame,
        };
    }
}
