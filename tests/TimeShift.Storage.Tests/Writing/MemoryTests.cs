using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Live;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Tests.Writing;

/// <summary>Counts what all tests share, so nothing runs beside it.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    [Fact]
    public async Task Every_packet_is_returned_when_the_archive_is_closed()
    {
        var before = PacketPool.Shared.Outstanding;
        await using (var archive = new TestArchive())
        {
            var recorder = archive.Recorder();
            recorder.Record(30);
            Assert.True(PacketPool.Shared.Outstanding > before);
            var content = TrackContent.Open(archive.Stream, 29, null, 1)!;
            recorder.StartReel();
            recorder.Record(5);
            recorder.Close();
            await archive.Stream.WhenWritten();
            content.Dispose();
        }

        Assert.Equal(before, PacketPool.Shared.Outstanding);
    }

    [Fact]
    public async Task Every_packet_is_returned_when_the_disk_fails()
    {
        var before = PacketPool.Shared.Outstanding;
        await using (var archive = new TestArchive())
        {
            _ = archive.Stream;
            File.WriteAllText(Path.Combine(archive.StreamFolder, "2026"), "in the way");
            var recorder = archive.Recorder();
            recorder.Record(30);
            recorder.Close();
        }

        Assert.Equal(before, PacketPool.Shared.Outstanding);
    }

    [Fact]
    public async Task A_part_costs_a_few_small_objects_however_many_packets_are_in_it()
    {
        await using var archive = new TestArchive(change: o => o with { WriterThreads = 1 });
        var few = await Measure(archive, "few", packets: 4);
        var many = await Measure(archive, "many", packets: 400);
        Assert.True(few < 3_000, $"{few} bytes a part");
        Assert.InRange(many, few - 300, few + 300);
    }

    // Bytes that the recorder's thread allocates for a part in steady state.
    private static async Task<long> Measure(TestArchive archive, string name, int packets)
    {
        var stream = archive.Archive.GetOrAdd(StreamName.Parse(name), 2);
        var reel = stream.StartReel(Footage.Other.Tracks, TestArchive.Start, false);
        var samples = new FragmentSample[packets];
        Array.Fill(samples, new FragmentSample(100, 512, 0, true));
        var segment = 0;
        long allocated = 0;
        for (var i = 0; i < 40; i++)
        {
            var fragments = new List<PartFragment>();
            for (var part = 0; part < 4; part++) fragments.Add(Make(samples, segment * 4 + part));
            // Everything that is pooled is back before the next round, as with a disk that keeps up.
            await stream.WhenWritten();
            var before = GC.GetAllocatedBytesForCurrentThread();
            reel.BeginSegment(TestArchive.Start + TimeSpan.FromSeconds(segment), null, true);
            for (var part = 0; part < 4; part++) reel.AddPart([fragments[part]], 250_000, null);
            reel.EndSegment(1_000_000);
            if (i >= 30) allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            segment++;
        }

        reel.Close();
        await stream.WhenWritten();
        return allocated / 40;
    }

    private static PartFragment Make(FragmentSample[] samples, int part)
    {
        var fragment = PartFragment.Rent();
        for (var i = 0; i < samples.Length; i++)
        {
            var packet = PacketPool.Shared.Rent(100);
            packet.Packet.SetPayload(0, 100);
            fragment.Add(packet);
        }

        var header = PacketPool.Shared.Rent(Fragment.HeaderSize(samples));
        header.Packet.SetPayload(0, Fragment.WriteHeader(header.Packet.Buffer, FragmentSequence.Of((uint)part, 0), 1, (ulong)part * 1_000_000, samples));
        fragment.Seal(1, header);
        return fragment;
    }
}
