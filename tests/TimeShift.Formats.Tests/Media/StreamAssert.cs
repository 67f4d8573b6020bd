using TimeShift.Core.Media;
using TimeShift.Formats.H264;
using TimeShift.Formats.H265;
using TimeShift.Formats.Nal;

namespace TimeShift.Formats.Tests.Media;

internal static class StreamAssert
{
    /// <summary>
    /// Holds both conversions against libavformat's: its elementary stream becomes the samples of the MP4 file, and what is made of the
    /// samples decodes to the same pictures.
    /// </summary>
    public static void ConvertsBothWays(Codec codec, string path, string elementaryExtension, string recordType)
    {
        byte[] samples = [.. ProbedStream.Read(path, "v:0").ReadPackets(path).SelectMany(p => p.Data)];
        var normalized = new byte[samples.Length];
        normalized = normalized[..LengthPrefixed.Normalize(codec, samples, 4, normalized, InBandParameterSets.Drop)];

        var elementary = File.ReadAllBytes(EncodedMedia.Remux(path, elementaryExtension));
        var converted = new byte[AnnexB.LengthPrefixedSize(codec, elementary, InBandParameterSets.Drop)];
        AnnexB.ToLengthPrefixed(codec, elementary, converted, InBandParameterSets.Drop);
        Assert.Equal(normalized, converted);

        var stream = new byte[LengthPrefixed.AnnexBSize(samples)];
        LengthPrefixed.ToAnnexB(samples, stream);
        var record = BoxContent.Find(path, recordType);
        IEnumerable<byte[]> sets = codec == Codec.H264
            ? [.. AvcConfiguration.Read(record).Sps, .. AvcConfiguration.Read(record).Pps]
            : HevcConfiguration.Read(record).Arrays.SelectMany(array => array.Units);
        var written = EncodedMedia.Scratch(elementaryExtension);
        File.WriteAllBytes(written, [.. sets.SelectMany(set => (byte[])[0, 0, 0, 1, .. set]), .. stream]);
        Assert.Equal(PictureHashes(path), PictureHashes(written));
    }

    private static List<string> PictureHashes(string path) =>
    [
        .. Tool.Run("ffmpeg", "-v", "error", "-nostdin", "-i", path, "-map", "0:v:0", "-f", "framemd5", "-")
            .Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(',')[^1].Trim()),
    ];
}
