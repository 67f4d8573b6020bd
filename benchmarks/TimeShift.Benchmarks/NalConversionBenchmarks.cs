using BenchmarkDotNet.Attributes;
using TimeShift.Core.Media;
using TimeShift.Formats;
using TimeShift.Formats.Nal;
using TimeShift.Formats.Simd;

namespace TimeShift.Benchmarks;

/// <summary>What each access unit of H.264 goes through at ingest: four slices behind a delimiter and parameter sets.</summary>
[MemoryDiagnoser]
public class NalConversionBenchmarks
{
    private readonly ParameterSets _sets = new(Codec.H264);
    private byte[] _annexB = [];
    private byte[] _lengthPrefixed = [];
    private byte[] _twoByteLengths = [];
    private byte[] _destination = [];

    /// <summary>Bytes of the slices together: a picture of 2 Mbit/s, a key frame of 8 Mbit/s.</summary>
    [Params(10_000, 200_000)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var slice = new byte[Size / 4];
        new Random(1).NextBytes(slice);
        for (int at; (at = StartCodes.IndexOf(slice)) >= 0;) slice[at + 2] = 3;
        (slice[0], slice[^1]) = (0x65, 0x80);
        byte[] sps = Convert.FromHexString("6764001FACD9405005BB011000000300100000030320F1831960");
        byte[] pps = Convert.FromHexString("68EBE3CB22C0");
        byte[][] units = [[0x09, 0x10], sps, pps, slice, slice, slice, slice];
        _annexB = [.. units.SelectMany(unit => (byte[])[0, 0, 0, 1, .. unit])];
        _lengthPrefixed = new byte[AnnexB.LengthPrefixedSize(Codec.H264, _annexB, InBandParameterSets.Keep)];
        AnnexB.ToLengthPrefixed(Codec.H264, _annexB, _lengthPrefixed, InBandParameterSets.Keep);
        _twoByteLengths = [.. units.SelectMany(unit => (byte[])[(byte)(unit.Length >> 8), (byte)unit.Length, .. unit])];
        _destination = new byte[AnnexB.MaxLengthPrefixedSize(_annexB.Length)];
        _sets.TryUpdate(_annexB, NalFraming.AnnexB, out _);
    }

    [Benchmark(Baseline = true)]
    public void Copy() => _annexB.CopyTo(_destination, 0);

    [Benchmark]
    public int AnnexBToLengthPrefixed() => AnnexB.ToLengthPrefixed(Codec.H264, _annexB, _destination, InBandParameterSets.Drop);

    [Benchmark]
    public int LengthPrefixedToAnnexB() => LengthPrefixed.ToAnnexB(_lengthPrefixed, _destination);

    [Benchmark]
    public int NormalizeTwoByteLengths() =>
        LengthPrefixed.Normalize(Codec.H264, _twoByteLengths, 2, _destination, InBandParameterSets.Drop);

    [Benchmark]
    public bool IsNormal() => LengthPrefixed.IsNormal(Codec.H264, _lengthPrefixed, 4, InBandParameterSets.Keep);

    [Benchmark]
    public bool IsKeyFrame() => AccessUnits.IsKeyFrame(Codec.H264, _lengthPrefixed);

    [Benchmark]
    public bool UnchangedParameterSets() => _sets.TryUpdate(_lengthPrefixed, NalFraming.LengthPrefixed, out _);
}
