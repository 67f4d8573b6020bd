using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;

namespace TimeShift.Recording.Tests.Fixtures;

/// <summary>
/// Publishes packets of which only the times matter, in real time by the studio's clock: each is sent when its time has come. One camera is one stay on the stream.
/// </summary>
internal sealed class ScriptedCamera : IDisposable
{
    /// <summary>Samples of a packet of G.711: 20 ms, as cameras send them.</summary>
    private const int G711Step = 160;
    private readonly Studio _studio;
    private readonly Publisher _publisher;
    private readonly DateTimeOffset _start;
    private TrackSet _tracks;
    private double _end;
    private double _videoTime;
    private double _audioTime;
    private long _frame;

    public ScriptedCamera(Studio studio, TrackSet tracks)
    {
        _studio = studio;
        _tracks = tracks;
        _start = studio.Clock.GetUtcNow();
        _publisher = studio.Publish();
        _publisher.SetTracks(tracks);
    }

    public double FrameRate { get; set; } = 25;

    /// <summary>Whether the frame of this number, from 0, is a key frame.</summary>
    public Func<long, bool> IsKey { get; set; } = frame => frame % 50 == 0;

    public bool SendsVideo { get; set; } = true;

    public bool SendsAudio { get; set; } = true;

    /// <summary>Presentation runs this many ticks of 90 kHz behind decoding.</summary>
    public int CompositionOffset { get; set; }

    /// <summary>Called when the live edge has changed.</summary>
    public Action OnEdge { get; set; } = () => { };

    /// <summary>From the next frame on, which is a key frame.</summary>
    public void Gop(int frames)
    {
        var first = _frame;
        IsKey = frame => (frame - first) % frames == 0;
    }

    public void Change(TrackSet tracks)
    {
        _tracks = tracks;
        _frame = 0;
        _publisher.SetTracks(tracks);
    }

    public void Play(double seconds)
    {
        var end = _end += seconds;
        var audio = SendsAudio ? _tracks.Audio : null;
        var video = SendsVideo && _tracks.HasVideo ? _tracks.Lead : null;
        if (video is null) _videoTime = end;
        if (audio is null) _audioTime = end;
        while (true)
        {
            var time = Math.Min(_videoTime, _audioTime);
            if (time >= end - 1e-9) break;
            MoveClock(time);
            if (video is not null && _videoTime <= _audioTime + 1e-9)
            {
                Send(video, time, IsKey(_frame++), CompositionOffset);
                _videoTime += 1 / FrameRate;
            }
            else
            {
                Send(audio!, time, true, 0);
                _audioTime += (audio!.Codec.IsG711() ? G711Step : 1024.0) / audio.Timescale.TicksPerSecond;
            }

            if (_studio.Look()) OnEdge();
        }

        MoveClock(end);
    }

    // From the start, so that nothing adds up.
    private void MoveClock(double seconds)
    {
        var now = _start + TimeSpan.FromMicroseconds(Math.Round(seconds * 1e6));
        if (now > _studio.Clock.GetUtcNow()) _studio.Clock.SetUtcNow(now);
    }

    public void End(StreamEnd end = StreamEnd.Finished)
    {
        _publisher.End(end);
        if (_studio.Look()) OnEdge();
    }

    public void Dispose() => End();

    private void Send(Track track, double seconds, bool isKey, int compositionOffset)
    {
        var size = track.Codec.IsG711() ? G711Step * track.Channels : 16;
        var owned = PacketPool.Shared.Rent(size);
        var packet = owned.Packet;
        packet.TrackIndex = _tracks.IndexOf(track);
        packet.Dts = MediaTime.FromSeconds(seconds, track.Timescale);
        packet.Pts = packet.Dts with { Ticks = packet.Dts.Ticks + compositionOffset };
        packet.Flags = isKey ? PacketFlags.Key : PacketFlags.None;
        packet.Buffer[..size].Fill((byte)_frame);
        packet.SetPayload(0, size);
        _publisher.Publish(owned);
    }
}
