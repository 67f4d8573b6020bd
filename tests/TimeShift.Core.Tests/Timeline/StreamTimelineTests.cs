using CsCheck;
using TimeShift.Core.Hub;
using TimeShift.Core.Media;
using TimeShift.Core.Timeline;

namespace TimeShift.Core.Tests.Timeline;

public sealed class StreamTimelineTests
{
    private const double FrameSeconds = 0.040;
    private static readonly int[] _timescales = [1, 1_000, 90_000, int.MaxValue];
    private static readonly long[] _extremes = [long.MinValue, long.MaxValue, 0, -1, 1L << 62];

    private static readonly Gen<long> _values = Gen.Frequency(
        (6, Gen.Long[0, 900_000]), (2, Gen.Long[-1L << 34, 1L << 34]), (1, Gen.Long), (1, Gen.Int[0, _extremes.Length - 1].Select(i => _extremes[i])));

    private static readonly Gen<(int Track, int Kind, long Value, long Composition, int Milliseconds, int Wall)> _packets = Gen.Select(
        Gen.Int[0, 1], Gen.Int[0, 40], _values,
        Gen.Frequency((8, Gen.Long[0, 9_000]), (2, Gen.Long[-90_000, 90_000]), (1, Gen.Long)),
        Gen.Frequency((8, Gen.Int[0, 50]), (1, Gen.Int[0, 30_000])),
        Gen.Frequency((20, Gen.Const(0)), (1, Gen.Int[-7200, 7200])));

    [Fact]
    public void A_clean_source_keeps_its_steps_and_its_distance_between_tracks()
    {
        var source = new ScriptedSource { Time = (_, t) => t + 1234.5 }.Run(60);
        Assert.Equal([EpochReason.Start], source.Epochs);
        Each(source.Video.Zip(source.Video.Skip(1)), pair => Assert.Equal(3600, pair.Second.Dts.Ticks - pair.First.Dts.Ticks));
        Each(source.Audio.Zip(source.Audio.Skip(1)), pair => Assert.Equal(1024, pair.Second.Dts.Ticks - pair.First.Dts.Ticks));
        Each(source.Out, p => Assert.Equal(source.Origin + p.True, p.Dts.Seconds, 0.000_03));
        Each(source.Out, p => Assert.Equal(p.True, (p.Instant - source.Out[0].Instant).TotalSeconds, 0.000_03));
        Assert.Equal(new TimelineCounters(0, 0, 0), source.Timeline.Counters);
    }

    [Theory]
    [InlineData(1.0002)]
    [InlineData(0.9998)]
    [InlineData(1.01)]
    [InlineData(0.99)]
    public void Utc_follows_the_wall_clock_by_half_a_per_mille_at_most(double pace)
    {
        var source = new ScriptedSource { Pace = pace }.Run(600);
        AssertSmooth(source);
        var behind = Math.Abs((Instant.Now(source.Clock) - source.Video.Last().Instant).TotalSeconds - FrameSeconds);
        if (Math.Abs(pace - 1) < 500e-6) Assert.True(behind < 0.02, $"{behind} s off");
    }

    [Fact]
    public void Arrival_times_that_shake_do_not_shake_utc()
    {
        var random = new Random(1);
        var source = new ScriptedSource();
        for (var i = 0; i < 3000; i++)
        {
            source.Pace = random.NextDouble() * 2;
            source.Run(0.1);
        }

        AssertSmooth(source);
        Assert.Equal(0, (Instant.Now(source.Clock) - source.Video.Last().Instant).TotalSeconds, 3.0);
    }

    [Theory]
    [InlineData(-7200)]
    [InlineData(7200)]
    [InlineData(-1)]
    [InlineData(1)]
    public void Utc_never_goes_back_when_the_wall_clock_is_set(double seconds)
    {
        var source = new ScriptedSource().Run(30);
        source.Clock.Offset = TimeSpan.FromSeconds(seconds);
        source.Run(30);
        source.Begin(EpochReason.Reconnect);
        source.Run(30);
        source.Begin(EpochReason.CodecChange);
        source.Run(30);
        AssertSmooth(source);
        AssertForward(source);
        var off = Math.Abs((Instant.Now(source.Clock) - source.Video.Last().Instant).TotalSeconds);
        if (seconds > 0) Assert.True(off < 1, $"{off} s behind a clock that was set forward");
    }

    [Fact]
    public void Epochs_never_overlap_even_where_the_other_track_comes_first()
    {
        var source = new ScriptedSource().Run(10);
        var last = source.Video.Last().Instant;
        source.Begin(EpochReason.Reconnect);
        // Sound that lies ahead of the picture, in the file as in time.
        source.SendRaw(1, 48_000, 48_000, true);
        source.SendRaw(0, 45_000, 45_000, true);
        Assert.True(source.Out[^1].Instant > last, $"{source.Out[^1].Instant} is not after {last}");
        Assert.Equal(-0.5, source.Out[^1].Dts.Seconds - source.Out[^2].Dts.Seconds, 0.0001);
    }

    [Fact]
    public void What_is_recorded_already_is_never_overlapped()
    {
        var source = new ScriptedSource();
        var recorded = Instant.Now(source.Clock) + TimeSpan.FromHours(2);
        source.Timeline.ContinueAfter(recorded, recorded.Microseconds + 60_000_000);
        source.Timeline.ContinueAfter(recorded - TimeSpan.FromHours(1), 0);
        source.Begin(EpochReason.Start);
        source.Run(1);
        Assert.True(source.Out[0].Instant >= recorded);
        Assert.Equal(recorded.Microseconds + 60_000_000, source.Out[0].Pts.Microseconds);
    }

    [Fact]
    public void Media_time_is_utc_where_an_epoch_begins()
    {
        var source = new ScriptedSource { Pace = 1.0001 }.Run(600);
        foreach (var reason in new[] { EpochReason.Reconnect, EpochReason.TimeJump })
        {
            source.Clock.Advance(TimeSpan.FromSeconds(5));
            source.Begin(reason);
            source.Run(600);
            var first = source.Video.First(p => p.Epoch == source.Epochs.Count - 1);
            Assert.Equal(first.Instant.Microseconds, first.Pts.Microseconds, 20.0);
        }
    }

    [Fact]
    public void A_change_of_codec_leaves_no_hole_in_media_time_though_it_has_drifted_from_utc()
    {
        var source = new ScriptedSource { Pace = 1.0004 }.Run(600);
        var last = source.Out.MaxBy(p => p.Pts)!;
        source.Begin(EpochReason.CodecChange);
        source.Run(10);
        var first = source.Video.First(p => p.Epoch == 1);
        Assert.True((first.Instant.Microseconds - first.Pts.Microseconds) > 150_000);
        Assert.InRange((first.Pts - last.Pts).Seconds, 0.001, 0.045);
    }

    [Fact]
    public void Media_time_never_goes_back_over_epochs_of_a_source_that_runs_fast()
    {
        // Its hour has 58 minutes: media time is ahead of UTC at each reconnect.
        var source = new ScriptedSource { Pace = 0.97 };
        for (var i = 0; i < 4; i++)
        {
            source.Run(120);
            source.Begin((EpochReason)(1 + i % 3));
        }

        AssertForward(source);
    }

    [Fact]
    public void A_change_of_codec_goes_on_where_the_last_epoch_ended()
    {
        var source = new ScriptedSource().Run(10);
        var end = source.Out.Max(p => p.Instant.Microseconds);
        source.Clock.Advance(TimeSpan.FromSeconds(0.5));
        source.Begin(EpochReason.CodecChange);
        source.Run(1);
        var next = source.Out.First(p => p.Epoch == 1).Instant.Microseconds;
        Assert.InRange(next - end, 0, 45_000);
    }

    [Theory]
    [InlineData(4_294_967_296 / 1e3)]
    [InlineData(4_294_967_296 / 90e3)]
    [InlineData(8_589_934_592 / 90e3)]
    public void Clocks_that_wrap_are_mended_in_all_tracks_alike(double period)
    {
        var source = new ScriptedSource { RoundsToMilliseconds = true, Time = (_, t) => (t + period - 10.01) % period }.Run(30);
        AssertUnbroken(source);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    [InlineData(3600)]
    [InlineData(-0.7)]
    [InlineData(1e9)]
    [InlineData(-1e9)]
    public void A_clock_that_is_set_is_mended_in_all_tracks_alike(double jump)
    {
        var source = new ScriptedSource { Time = (_, t) => t < 10.01 ? t + 100 : t + 100 + jump }.Run(60);
        AssertUnbroken(source);
    }

    [Fact]
    public void A_clock_that_is_set_there_and_back_again_is_mended_each_time()
    {
        var source = new ScriptedSource { Time = (_, t) => t + 100 + ((int)(t / 7.003) % 2 == 0 ? 0 : 500) + ((int)(t / 23.1) % 2 == 0 ? 0 : -40) }.Run(120);
        AssertUnbroken(source);
    }

    [Theory]
    [InlineData(0, 7200)]
    [InlineData(0, -7200)]
    [InlineData(0, 2)]
    [InlineData(0, -2)]
    [InlineData(0, 0.5)]
    [InlineData(1, 7200)]
    [InlineData(1, -7200)]
    [InlineData(1, 1e12)]
    public void One_packet_that_is_off_changes_nothing_for_the_others(int track, double off)
    {
        var source = new ScriptedSource { Time = (n, t) => t + 100 + (n == track && t is > 9.999 and < 10.019 ? off : 0) }.Run(30);
        Assert.Equal([EpochReason.Start], source.Epochs);
        AssertForward(source);
        Each(source.Out.Where(p => p.True > 10.1 + Math.Clamp(off, 0, 3)), p => Assert.Equal(source.Origin + p.True, p.Dts.Seconds, 0.0025));
    }

    [Fact]
    public void Repeated_and_backward_times_still_make_growing_ones()
    {
        var source = new ScriptedSource { Time = (n, t) => n == 0 && (int)(t * 25) % 5 == 3 ? t - 0.040 : n == 0 && (int)(t * 25) % 5 == 4 ? t - 0.060 : t }.Run(20);
        Assert.Equal([EpochReason.Start], source.Epochs);
        AssertForward(source);
        Each(source.Out, p => Assert.Equal(source.Origin + p.True, p.Dts.Seconds, 0.1));
        Assert.True(source.Timeline.Counters.Mended > 0);
    }

    [Fact]
    public void A_clock_that_stands_still_never_stops_the_stream()
    {
        var source = new ScriptedSource { Time = (_, _) => 5 }.Run(60);
        AssertForward(source);
        Assert.Equal(0, source.Timeline.Counters.Dropped);
        Each(source.Epochs.Skip(1), r => Assert.Equal(EpochReason.TimeJump, r));
    }

    [Fact]
    public void Pictures_shown_before_they_are_decoded_get_decoding_times_that_are_early_enough()
    {
        var source = new ScriptedSource(new TrackSet([TestTracks.Video()]));
        // I P B B in decoding order, with offsets that count from the first picture shown: 0, +80, -40, -40 ms.
        long[] shown = [0, 3, 1, 2];
        for (var i = 0; i < 400; i++)
        {
            source.Clock.Advance(TimeSpan.FromSeconds(FrameSeconds));
            source.SendRaw(0, i * 3600, (i / 4 * 4 + shown[i % 4]) * 3600, i % 100 == 0);
        }

        AssertForward(source);
        Each(source.Out.Skip(4), p => Assert.True(p.Pts >= p.Dts));
        for (var i = 4; i < 400; i++) Assert.Equal(source.Out[0].Pts.Ticks + (i / 4 * 4 + shown[i % 4]) * 3600, source.Out[i].Pts.Ticks);
        Assert.Equal([EpochReason.Start], source.Epochs);
    }

    [Fact]
    public void Composition_offsets_beyond_reason_count_as_none()
    {
        var source = new ScriptedSource(new TrackSet([TestTracks.Video()]));
        long[] offsets = [0, 7200, long.MaxValue, long.MinValue, 90_000 * 60, -90_000 * 60];
        for (var i = 0; i < offsets.Length; i++) source.SendRaw(0, i * 3600, unchecked(i * 3600 + offsets[i]), true);
        Assert.Equal([0L, 7200, 0, 0, 0, 0], source.Out.Select(p => p.Pts.Ticks - p.Dts.Ticks));
        Assert.Equal(4, source.Timeline.Counters.Mended);
    }

    [Fact]
    public void Missing_media_begins_an_epoch_and_utc_leaves_the_gap_open()
    {
        var source = new ScriptedSource().Run(10).Silence(20).Run(10);
        Assert.Equal([EpochReason.Start, EpochReason.TimeJump], source.Epochs);
        AssertForward(source);
        Each(source.Video, p => Assert.Equal(p.True, (p.Instant - source.Out[0].Instant).TotalSeconds, 0.001));
        Assert.Equal(1, source.Timeline.Counters.Jumps);
        AssertInSync(source);
    }

    [Fact]
    public void A_camera_whose_clock_began_anew_over_a_pause_begins_an_epoch()
    {
        var source = new ScriptedSource { Time = (_, t) => t < 15 ? t + 5000 : t - 20 }.Run(10).Silence(20).Run(10);
        Assert.Equal([EpochReason.Start, EpochReason.TimeJump], source.Epochs);
        AssertForward(source);
        AssertInSync(source);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void One_track_that_pauses_alone_breaks_nothing(int silent)
    {
        var tracks = new TrackSet([TestTracks.Video(), TestTracks.Audio()]);
        var source = new ScriptedSource(tracks);
        for (var i = 0; i < 3000; i++)
        {
            source.Clock.Advance(TimeSpan.FromMilliseconds(10));
            var seconds = i / 100.0;
            var pauses = seconds is > 10 and < 20;
            if (i % 4 == 0 && !(silent == 0 && pauses)) source.SendRaw(0, i * 900, i * 900, i % 100 == 0, seconds);
            if (i % 2 == 0 && !(silent == 1 && pauses)) source.SendRaw(1, i * 480, i * 480, true, seconds);
        }

        Assert.Equal([EpochReason.Start], source.Epochs);
        AssertForward(source);
        Each(source.Out, p => Assert.Equal(source.Origin + p.True, p.Dts.Seconds, 0.003));
    }

    [Fact]
    public void Pictures_dropped_by_a_congested_encoder_leave_sound_in_step()
    {
        var source = new ScriptedSource();
        for (var i = 0; i < 3000; i++)
        {
            var seconds = i / 100.0;
            // Held up for six seconds, then delivered in a burst, in which the encoder left pictures out.
            if (seconds is < 10 or > 16) source.Clock.Advance(TimeSpan.FromMilliseconds(10));
            if (seconds is < 10 or > 15 && i % 4 == 0) source.SendRaw(0, i * 900, i * 900, i % 100 == 0, seconds);
            if (i % 2 == 0) source.SendRaw(1, i * 480, i * 480, true, seconds);
        }

        Each(source.Out, p => Assert.Equal(source.Origin + p.True, p.Dts.Seconds, 0.003));
    }

    [Fact]
    public void A_source_that_stalled_and_never_catches_up_is_set_anew_at_a_key_frame()
    {
        var source = new ScriptedSource().Run(10).Silence(8, stops: true).Run(30);
        Assert.Equal([EpochReason.Start, EpochReason.TimeJump], source.Epochs);
        var first = source.Out.First(p => p.Epoch == 1);
        Assert.True(first is { Track: 0, IsKey: true });
        Assert.Equal(20, first.True, 1.5);
        AssertForward(source);
        Assert.Equal(0, (Instant.Now(source.Clock) - source.Video.Last().Instant).TotalSeconds, 0.1);
    }

    [Fact]
    public void A_stall_that_is_caught_up_changes_nothing()
    {
        var source = new ScriptedSource().Run(10).Silence(8, stops: true);
        source.Pace = 0.2;
        source.Run(10);
        source.Pace = 1;
        source.Run(30);
        AssertUnbroken(source);
    }

    [Fact]
    public void Rounded_times_of_sound_become_exact_again_and_do_not_drift()
    {
        var source = new ScriptedSource { RoundsToMilliseconds = true, Time = (_, t) => t + 17.3 }.Run(3600);
        var audio = source.Audio.ToList();
        for (var i = 0; i < audio.Count; i++) Assert.Equal(audio[0].Dts.Ticks + i * 1024L, audio[i].Dts.Ticks);
        AssertUnbroken(source);
    }

    [Fact]
    public void Sound_whose_clock_is_a_little_off_keeps_its_own_time()
    {
        var source = new ScriptedSource { RoundsToMilliseconds = true, Time = (n, t) => n == 1 ? t * 1.0001 : t }.Run(600);
        Each(source.Audio, p => Assert.Equal(source.Origin + p.True * 1.0001, p.Dts.Seconds, 0.0035));
        AssertForward(source);
    }

    [Fact]
    public void Tracks_whose_clocks_have_nothing_in_common_are_joined_as_they_arrive()
    {
        var source = new ScriptedSource { Time = (n, t) => n == 0 ? t + 1_000_000 : t }.Run(30);
        AssertUnbroken(source);
    }

    [Fact]
    public void A_track_that_begins_late_is_joined_by_its_time_although_the_clock_was_set_in_between()
    {
        var source = new ScriptedSource();
        for (var i = 0; i < 3000; i++)
        {
            source.Clock.Advance(TimeSpan.FromMilliseconds(10));
            var jump = i > 1000 ? 500 * 90_000L : 0;
            if (i % 4 == 0) source.SendRaw(0, i * 900 + jump, i * 900 + jump, i % 100 == 0, i / 100.0);
            if (i > 2000 && i % 2 == 0) source.SendRaw(1, i * 480 + 500 * 48_000, i * 480 + 500 * 48_000, true, i / 100.0);
        }

        Each(source.Out, p => Assert.Equal(source.Origin + p.True, p.Dts.Seconds, 0.003));
    }

    [Fact]
    public void A_track_that_lies_before_the_beginning_is_dropped_until_it_is_in_it()
    {
        var source = new ScriptedSource { Time = (n, t) => n == 1 ? t + 20 : t + 23 }.Run(20);
        Assert.True(source.Timeline.Counters.Dropped > 50);
        Assert.True(source.Audio.Count() > 700);
        Each(source.Audio, p => Assert.Equal(source.Origin - 3 + p.True, p.Dts.Seconds, 0.003));
        AssertForward(source);
    }

    [Fact]
    public void A_publisher_faster_than_real_time_keeps_its_media_time()
    {
        var source = new ScriptedSource { Pace = 0.01 }.Run(600);
        AssertUnbroken(source);
        source.Begin(EpochReason.Reconnect);
        source.Pace = 1;
        source.Run(10);
        AssertForward(source);
    }

    [Fact]
    public void Whatever_times_come_decoding_times_grow_and_nothing_throws() =>
        Gen.Select(_packets.List[1, 300], Gen.Int[0, _timescales.Length - 1].Select(i => _timescales[i])).Sample((packets, timescale) =>
        {
            var source = new ScriptedSource(new TrackSet([TestTracks.Video(timescale: timescale), TestTracks.Audio()]));
            foreach (var (track, kind, value, composition, milliseconds, wall) in packets)
            {
                source.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
                source.Clock.Offset += TimeSpan.FromSeconds(wall);
                if (kind == 0) source.Begin(EpochReason.Reconnect);
                if (kind == 1) source.Begin(EpochReason.CodecChange);
                source.SendRaw(track, value, unchecked(value + composition), isKey: kind % 3 == 0);
            }

            AssertForward(source);
        }, iter: 2_000);

    // Unlike Assert.All it stops at the first, of which thousands may follow.
    private static void Each<T>(IEnumerable<T> items, Action<T> check)
    {
        foreach (var item in items) check(item);
    }

    // Within an epoch UTC moves like media time, half a per mille more or less.
    private static void AssertSmooth(ScriptedSource source)
    {
        foreach (var (a, b) in source.Video.Zip(source.Video.Skip(1)).Where(p => p.First.Epoch == p.Second.Epoch))
        {
            var media = (b.Pts - a.Pts).Microseconds;
            Assert.InRange((b.Instant - a.Instant).TotalMicroseconds - media, -media * 500e-6 - 2, media * 500e-6 + 2);
        }
    }

    // DTS grows, PTS is not before it, and UTC (at decoding time, as pictures may be reordered) never goes back over all epochs.
    private static void AssertForward(ScriptedSource source)
    {
        foreach (var track in source.Out.GroupBy(p => p.Track))
        {
            foreach (var (a, b) in track.Zip(track.Skip(1)))
            {
                if (a.Epoch == b.Epoch) Assert.True(b.Dts > a.Dts, $"{a} then {b}");
                // Decoding of what comes first may run into the epoch before; what is shown does not.
                else Assert.True(b.Pts > a.Pts, $"{a} then {b}");
            }
        }

        Each(source.Out, p => Assert.True(p.Pts >= p.Dts && p.Dts.Ticks >= 0, $"{p}"));
        foreach (var (a, b) in source.Video.Zip(source.Video.Skip(1)))
        {
            if (a.Epoch == b.Epoch) Assert.True(Decoded(b) >= Decoded(a) - 1, $"{a} then {b}");
            else Assert.True(b.Instant > a.Instant, $"{a} then {b}");
        }

        static long Decoded(Stamped packet) => packet.Instant.Microseconds - packet.Pts.Microseconds + packet.Dts.Microseconds;
    }

    private static void AssertUnbroken(ScriptedSource source)
    {
        Assert.Equal(EpochReason.Start, Assert.Single(source.Epochs));
        AssertForward(source);
        AssertInSync(source);
        // Nothing was lost and nothing was inserted.
        Assert.Equal(source.Origin + source.Video.Last().True, source.Video.Last().Dts.Seconds, FrameSeconds);
    }

    private static void AssertInSync(ScriptedSource source)
    {
        foreach (var epoch in source.Out.GroupBy(p => p.Epoch))
        {
            var offset = epoch.First().Dts.Seconds - epoch.First().True;
            foreach (var (a, b) in epoch.Zip(epoch.Skip(1)))
                Assert.True(Math.Abs(b.Dts.Seconds - b.True - (a.Dts.Seconds - a.True)) <= FrameSeconds + 0.002 && Math.Abs(b.Dts.Seconds - b.True - offset) < 0.5, $"{a} then {b}");
        }
    }
}
