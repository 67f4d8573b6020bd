using CsCheck;
using TimeShift.Core.Media;
using TimeShift.Core.Packets;
using TimeShift.Formats.Rtp;
using TimeShift.Formats.Tests.Media;
using static TimeShift.Formats.Tests.Media.ParameterSetSamples;

namespace TimeShift.Formats.Tests.Rtp;

public sealed class AccessUnitBuilderTests
{
    private readonly PacketPool _pool = new();

    [Theory]
    [InlineData(Codec.H264, false)]
    [InlineData(Codec.H264, true)]
    [InlineData(Codec.H265, false)]
    [InlineData(Codec.H265, true)]
    public void Access_units_come_out_as_they_went_in_whatever_the_packets(Codec codec, bool marks) =>
        Gen.Select(Gen.Int[0, 1 << 30], Gen.Int[3, 400], Gen.Bool).Sample((seed, mtu, aggregate) =>
        {
            var random = new Random(seed);
            using var builder = new AccessUnitBuilder(codec, _pool);
            var sent = Enumerable.Range(0, 12).Select(i => Unit(codec, random, isKey: i % 4 == 0)).ToArray();
            var received = Run(builder, [.. sent.SelectMany((u, i) => Packets(codec, u, (uint)i, mtu, aggregate, marks))], lost: _ => false);
            Assert.Equal(sent.Select(Sample), received.Select(u => u.Data));
            Assert.Equal(Enumerable.Range(0, 12).Select(i => i % 4 == 0), received.Select(u => u.IsKey));
            Assert.DoesNotContain(received, u => u.AfterGap);
            Assert.False(builder.Config.IsEmpty);
        }, threads: 1);

    [Theory]
    [InlineData(Codec.H264)]
    [InlineData(Codec.H265)]
    public void A_lost_packet_never_gives_a_part_of_a_picture_without_a_word(Codec codec) =>
        Gen.Select(Gen.Int[0, 1 << 30], Gen.Int[3, 100], Gen.Bool, Gen.Bool).Sample((seed, mtu, aggregate, marks) =>
        {
            var random = new Random(seed);
            using var builder = new AccessUnitBuilder(codec, _pool);
            var sent = Enumerable.Range(0, 30).Select(i => Unit(codec, random, isKey: i % 6 == 0)).ToArray();
            var packets = sent.SelectMany((u, i) => Packets(codec, u, (uint)i, mtu, aggregate, marks)).ToArray();
            var lost = packets.Select((_, i) => i > 0 && random.Next(20) == 0).ToArray();
            var received = Run(builder, packets, i => lost[i]);
            var last = -1;
            foreach (var unit in received)
            {
                var place = (int)unit.Time;
                var whole = Sample(sent[place]);
                // Whole, or without what comes before the first slice and is no part of a picture.
                Assert.True(whole.AsSpan().EndsWith(unit.Data), $"unit {place} is cut");
                Assert.True(unit.Data.Length == whole.Length || unit.AfterGap);
                if (place != last + 1) Assert.True(unit.AfterGap, $"unit {place} follows {last} unflagged");
                last = place;
            }
        }, threads: 1);

    [Fact]
    public void Parameter_sets_in_packets_with_markers_of_their_own_end_no_access_unit()
    {
        using var builder = new AccessUnitBuilder(Codec.H264, _pool);
        (byte[], uint, bool)[] packets = [(Bytes(H264Baseline180), 5, true), (Bytes(H264PictureSet), 5, true), ([0x65, 0x88, 1], 5, true)];
        var unit = Assert.Single(Run(builder, packets, _ => false));
        Assert.Equal(Bytes("00000003658801"), unit.Data);
        Assert.True(unit.IsKey);
    }

    [Fact]
    public void A_sender_that_marks_each_slice_is_found_out()
    {
        using var builder = new AccessUnitBuilder(Codec.H264, _pool);
        var packets = Enumerable.Range(0, 5).SelectMany(i => new (byte[], uint, bool)[] { ([0x41, 0x9A, 1], (uint)i, true), ([0x41, 0x1A, 2], (uint)i, true) }).ToArray();
        var units = Run(builder, packets, _ => false);
        // The first picture was cut before that could be known.
        Assert.All(units.Skip(1), u => Assert.Equal(Bytes("00000003419A0100000003411A02"), u.Data));
        Assert.Equal(5, units.Count);
        Assert.True(units[1].AfterGap);
    }

    [Fact]
    public void Delimiters_and_filler_are_left_out()
    {
        using var builder = new AccessUnitBuilder(Codec.H264, _pool);
        var unit = Assert.Single(Run(builder, [(RtpPackets.Aggregate(Codec.H264, [[9, 0xF0], [0x41, 0x9A], [12, 255, 128]]), 1, true)], _ => false));
        Assert.Equal(Bytes("00000002419A"), unit.Data);
    }

    [Fact]
    public void Packets_cost_no_allocation()
    {
        using var builder = new AccessUnitBuilder(Codec.H264, _pool);
        var random = new Random(1);
        var packets = Enumerable.Range(0, 4).SelectMany(i => Packets(Codec.H264, Unit(Codec.H264, random, i == 0), (uint)i, 300, true, true)).ToArray();
        Allocations.AssertNone(() =>
        {
            foreach (var (payload, time, marker) in packets)
            {
                builder.Add(payload, time);
                if (marker && builder.TryEnd(out var unit)) unit.Packet.Dispose();
            }
        });
        Assert.Equal(0, builder.Dropped);
    }

    [Theory]
    [InlineData(Codec.H264)]
    [InlineData(Codec.H265)]
    public void Any_payload_is_taken_or_refused(Codec codec)
    {
        var random = new Random(5);
        byte[][] seeds = [.. Packets(codec, Unit(codec, random, true), 1, 50, true, true).Select(p => p.Payload)];
        Fuzz.FuzzRunner.Run(
            data =>
            {
                using var builder = new AccessUnitBuilder(codec, _pool);
                builder.AddParameterSet(data);
                if (builder.IsNext(0)) builder.TryEnd(out _);
                builder.Add(data, 1);
                builder.Add(data, 1);
                if (builder.TryEnd(out var unit)) unit.Packet.Dispose();
            },
            typeof(RtpFormatException),
            seeds);
        Assert.Equal(0, _pool.Outstanding);
    }

    private List<(byte[] Data, long Time, bool IsKey, bool AfterGap)> Run(AccessUnitBuilder builder, (byte[] Payload, uint Time, bool Marker)[] packets, Func<int, bool> lost)
    {
        var units = new List<(byte[], long, bool, bool)>();
        var gap = false;
        for (var i = 0; i < packets.Length; i++)
        {
            if (lost(i))
            {
                gap = true;
                continue;
            }

            if (gap) builder.Lose();
            gap = false;
            if (builder.IsNext(packets[i].Time)) End();
            builder.Add(packets[i].Payload, packets[i].Time);
            if (packets[i].Marker && builder.EndsAtMarker) End();
        }

        if (gap) builder.Lose();
        End();
        Assert.Equal(0, _pool.Outstanding);
        return units;

        void End()
        {
            if (!builder.TryEnd(out var unit)) return;
            units.Add((unit.Packet.Packet.Payload.ToArray(), unit.Time, unit.IsKey, unit.AfterGap));
            unit.Packet.Dispose();
        }
    }

    private static IEnumerable<(byte[] Payload, uint Time, bool Marker)> Packets(Codec codec, byte[][] nals, uint time, int mtu, bool aggregate, bool marks)
    {
        var payloads = RtpPackets.Payloads(codec, nals, mtu, aggregate);
        return payloads.Select((p, i) => (p, time, marks && i == payloads.Count - 1));
    }

    // Parameter sets before key frames, an SEI now and then, and one to three slices, of which the first says so.
    private static byte[][] Unit(Codec codec, Random random, bool isKey)
    {
        var nals = new List<byte[]>();
        if (isKey) nals.AddRange((codec == Codec.H264 ? new[] { H264Baseline180, H264PictureSet } : [H265Vps720, H265Sps720, H265PictureSet]).Select(Bytes));
        if (random.Next(3) == 0) nals.Add(codec == Codec.H264 ? [6, 5, 1, 0x80] : [39 << 1, 1, 5, 1, 0x80]);
        for (var slice = random.Next(3); slice >= 0; slice--)
        {
            var body = new byte[1 + random.Next(600)];
            random.NextBytes(body);
            var isFirst = nals.Count == 0 || nals[^1][0] is not (0x65 or 0x41 or 0x26 or 0x02);
            body[0] = (byte)(isFirst ? body[0] | 0x80 : body[0] & 0x7F);
            nals.Add(codec == Codec.H264 ? [(byte)(isKey ? 0x65 : 0x41), .. body] : [(byte)(isKey ? 19 << 1 : 1 << 1), 1, .. body]);
        }

        return [.. nals];
    }

    private static byte[] Sample(byte[][] nals) =>
        [.. nals.Where(n => n[0] is 0x65 or 0x41 or 6 or 0x26 or 0x02 or 39 << 1).SelectMany(n => (byte[])[0, 0, (byte)(n.Length >> 8), (byte)n.Length, .. n])];
}
