using TimeShift.Core.Media;

namespace TimeShift.Core.Tests.Media;

public sealed class TrackSetTests
{
    [Fact]
    public void Sets_are_compared_by_content()
    {
        Assert.Equal(TestTracks.Both(), TestTracks.Both());
        Assert.Equal(TestTracks.Both().GetHashCode(), TestTracks.Both().GetHashCode());
        Assert.NotEqual(TestTracks.Both(1), TestTracks.Both(2));
        Assert.NotEqual(TestTracks.Both(), new TrackSet([TestTracks.Video()]));
        Assert.NotEqual(TestTracks.Both(), new TrackSet([TestTracks.Video(timescale: 1000), TestTracks.Audio()]));
    }

    [Fact]
    public void The_lead_is_the_first_video_track_else_the_first()
    {
        var both = TestTracks.Both();
        Assert.True(both.HasVideo);
        Assert.Same(both.Tracks[0], both.Lead);
        Assert.Same(both.Tracks[1], both.Audio);
        Assert.Equal(1, both.IndexOf(both.Tracks[1]));
        var sound = new TrackSet([TestTracks.Audio(1), TestTracks.Audio(2)]);
        Assert.False(sound.HasVideo);
        Assert.Same(sound.Tracks[0], sound.Lead);
    }

    [Fact]
    public void No_track_a_repeated_id_and_audio_before_video_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new TrackSet([]));
        Assert.Throws<ArgumentException>(() => new TrackSet(default));
        Assert.Throws<ArgumentException>(() => new TrackSet([TestTracks.Video(1), TestTracks.Audio(1)]));
        Assert.Throws<ArgumentException>(() => new TrackSet([TestTracks.Audio(1), TestTracks.Video(2)]));
    }
}
