using System.Runtime.InteropServices;
using TimeShift.Formats.Simd;
using TimeShift.Formats.Tests.Media;

namespace TimeShift.Formats.Tests.Simd;

public sealed class G711Tests
{
    private static readonly byte[] Codes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
    private static readonly short[] Samples = [.. Enumerable.Range(short.MinValue, 65_536).Select(i => (short)i)];

    // ITU-T G.711, tables 1a and 2a: the value at the decoder output, on the scales of 4096 and 8159, for the code as it is on the line.
    [Theory]
    [InlineData(0xD5, 1)]
    [InlineData(0x55, -1)]
    [InlineData(0xC5, 33)]
    [InlineData(0xAA, 4032)]
    [InlineData(0x2A, -4032)]
    [InlineData(0x80, 688)]
    public void A_law_has_the_values_of_the_table(byte code, int value) => Assert.Equal(value * 8, Decode(isALaw: true, [code])[0]);

    [Theory]
    [InlineData(0xFF, 0)]
    [InlineData(0x7F, 0)]
    [InlineData(0xFE, 2)]
    [InlineData(0xEF, 33)]
    [InlineData(0x80, 8031)]
    [InlineData(0x00, -8031)]
    public void Mu_law_has_the_values_of_the_table(byte code, int value) => Assert.Equal(value * 4, Decode(isALaw: false, [code])[0]);

    // Decision values are the ends of the intervals, of which the decoder gives the middle; a sample at one belongs to the interval above.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_sample_gets_the_code_whose_interval_it_lies_in(bool isALaw)
    {
        var values = Decode(isALaw, Codes);
        var codes = Encode(isALaw, Samples);
        var positive = Codes.Where(c => c >= 0x80).OrderBy(c => values[c]).ToArray();
        for (var sample = 0; sample <= short.MaxValue; sample++)
        {
            var code = codes[sample - short.MinValue];
            var at = Array.IndexOf(positive, code);
            Assert.True(at >= 0, $"{sample} has the code {code}, which is a negative one's");
            // The last one goes on to the end of the scale.
            var from = at == 0 ? 0 : (values[positive[at - 1]] + values[code]) / 2;
            var to = at == positive.Length - 1 ? int.MaxValue : (values[code] + values[positive[at + 1]]) / 2;
            // Steps of two segments that meet differ: the interval's end is the coarser one's begin, up to half a step of the finer.
            var slack = at == positive.Length - 1 ? 0 : Math.Abs(values[positive[at + 1]] - values[code]) / 4;
            Assert.InRange(sample, from - slack, to + slack);
            Assert.Equal(code ^ 0x80, codes[~sample - short.MinValue]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_code_comes_back_from_its_value(bool isALaw)
    {
        var values = Decode(isALaw, Codes);
        var back = Encode(isALaw, values);
        // Mu-law has two zeros.
        var expected = Codes.Select(c => !isALaw && c == 0x7F ? (byte)0xFF : c);
        Assert.Equal(expected, back);
    }

    [Fact]
    public void The_vector_paths_agree_with_the_scalar_one_for_every_code_and_every_sample()
    {
        Assert.Equal(Codes.Select(G711.DecodeScalar<G711.ALaw>), Decode(isALaw: true, Codes));
        Assert.Equal(Codes.Select(G711.DecodeScalar<G711.MuLaw>), Decode(isALaw: false, Codes));
        Assert.Equal(Samples.Select(G711.EncodeScalar<G711.ALaw>), Encode(isALaw: true, Samples));
        Assert.Equal(Samples.Select(G711.EncodeScalar<G711.MuLaw>), Encode(isALaw: false, Samples));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_length_at_any_alignment_is_done_and_nothing_beyond_is_touched(bool isALaw)
    {
        Func<short, byte> encode = isALaw ? G711.EncodeScalar<G711.ALaw> : G711.EncodeScalar<G711.MuLaw>;
        Func<byte, short> decode = isALaw ? G711.DecodeScalar<G711.ALaw> : G711.DecodeScalar<G711.MuLaw>;
        var random = new Random(5);
        for (var length = 0; length <= 100; length++)
        {
            var samples = new short[length];
            random.NextBytes(MemoryMarshal.AsBytes(samples.AsSpan()));
            var skip = length % 33;
            var codes = new byte[skip + length + 1];
            codes.AsSpan().Fill(0xA7);
            if (isALaw) G711.EncodeALaw(samples, codes.AsSpan(skip));
            else G711.EncodeMuLaw(samples, codes.AsSpan(skip));
            Assert.Equal(samples.Select(encode), codes.Skip(skip).Take(length));
            Assert.Equal(0xA7, codes[^1]);
            Assert.All(codes.Take(skip), c => Assert.Equal(0xA7, c));

            var decoded = new short[skip + length + 1];
            decoded.AsSpan().Fill(0x55AA);
            if (isALaw) G711.DecodeALaw(codes.AsSpan(skip, length), decoded.AsSpan(skip));
            else G711.DecodeMuLaw(codes.AsSpan(skip, length), decoded.AsSpan(skip));
            Assert.Equal(codes.Skip(skip).Take(length).Select(decode), decoded.Skip(skip).Take(length));
            Assert.Equal(0x55AA, decoded[^1]);
        }
    }

    [Fact]
    public void A_target_that_is_too_short_is_refused()
    {
        Assert.Throws<ArgumentException>("samples", () => G711.DecodeALaw(new byte[2], new short[1]));
        Assert.Throws<ArgumentException>("codes", () => G711.EncodeMuLaw(new short[2], new byte[1]));
    }

    [Theory]
    [InlineData(true, "alaw")]
    [InlineData(false, "mulaw")]
    public void FFmpeg_decodes_every_code_alike(bool isALaw, string format)
    {
        var (source, target) = (EncodedMedia.Scratch(format), EncodedMedia.Scratch("raw"));
        File.WriteAllBytes(source, Codes);
        Tool.Run("ffmpeg", "-v", "error", "-nostdin", "-f", format, "-ar", "8000", "-ac", "1", "-i", source, "-f", "s16le", target);
        Assert.Equal(MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(target)), Decode(isALaw, Codes));
    }

    // libavcodec takes the nearest value of every four samples together. The standard has decision values: where two segments meet, theirs is the segment's end and not the
    // middle between the values beside it; and what lies on one belongs to the interval above. So the two differ there, by one code, and nowhere else.
    [Theory]
    [InlineData(true, "alaw")]
    [InlineData(false, "mulaw")]
    public void FFmpeg_encodes_alike_but_for_neighbours_at_decision_values(bool isALaw, string format)
    {
        var (source, target) = (EncodedMedia.Scratch("raw"), EncodedMedia.Scratch(format));
        File.WriteAllBytes(source, MemoryMarshal.AsBytes<short>(Samples));
        Tool.Run("ffmpeg", "-v", "error", "-nostdin", "-f", "s16le", "-ar", "8000", "-ac", "1", "-i", source, "-c:a", $"pcm_{format}", "-f", format, target);
        var theirs = File.ReadAllBytes(target);
        var ours = Encode(isALaw, Samples);
        var values = Decode(isALaw, Codes);
        Assert.Equal(Samples.Length, theirs.Length);
        var different = 0;
        for (var i = 0; i < theirs.Length; i++)
        {
            if (ours[i] == theirs[i]) continue;
            different++;
            var (own, other) = (values[ours[i]], values[theirs[i]]);
            Assert.InRange(Samples[i], Math.Min(own, other), Math.Max(own, other));
            Assert.DoesNotContain(values, v => v > Math.Min(own, other) && v < Math.Max(own, other));
        }

        Assert.InRange(different, 0, Samples.Length / 64);
    }

    private static short[] Decode(bool isALaw, ReadOnlySpan<byte> codes)
    {
        var samples = new short[codes.Length];
        if (isALaw) G711.DecodeALaw(codes, samples);
        else G711.DecodeMuLaw(codes, samples);
        return samples;
    }

    private static byte[] Encode(bool isALaw, ReadOnlySpan<short> samples)
    {
        var codes = new byte[samples.Length];
        if (isALaw) G711.EncodeALaw(samples, codes);
        else G711.EncodeMuLaw(samples, codes);
        return codes;
    }
}
