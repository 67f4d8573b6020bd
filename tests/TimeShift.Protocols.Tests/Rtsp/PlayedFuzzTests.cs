using TimeShift.Formats.Tests.Fuzz;
using TimeShift.Protocols.Rtsp;
using static TimeShift.Protocols.Tests.Rtsp.RtspMedia;

namespace TimeShift.Protocols.Tests.Rtsp;

public sealed class PlayedFuzzTests
{
    [Fact]
    public async Task Damaged_streams_end_or_go_on_and_break_nothing()
    {
        byte[] whole = [.. Video(0, 12).Concat(Audio(0, 12)).Append(SenderReport(1, 7, 1_800_000_000_000_000, 1_000)).SelectMany(f => f)];
        var inputs = new List<byte[]>();
        FuzzRunner.Run(data => inputs.Add(data.ToArray()), typeof(FormatException), [whole], mutationsPerSeed: 60);
        foreach (var input in inputs.TakeLast(60))
        {
            // What it checks at its end: all packets returned, no defect logged.
            await using var camera = new ScriptedCamera { Sdp = BothSdp };
            var end = await new PullHost().PlayAsync(camera, [input]);
            Assert.True(end.Fault is RtspFault.Finished or RtspFault.Protocol, end.ToString());
        }
    }
}
