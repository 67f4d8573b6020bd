namespace TimeShift.Formats.Tests.Media;

/// <summary>Parameter sets as encoders really made them, for tests that compare bytes and as seeds.</summary>
internal static class ParameterSetSamples
{
    /// <summary>x264, High, level 3.1, 1280x720, 25 frames a second.</summary>
    public const string H264High720 = "6764001FACD9405005BB011000000300100000030320F1831960";

    /// <summary>x264, Constrained Baseline, level 1.2, 320x180, 25 frames a second.</summary>
    public const string H264Baseline180 = "6742C00CD901419F9F011000000300100000030320F142A480";

    /// <summary>x264, High with scaling matrices, 640x360, 30 frames a second.</summary>
    public const string H264Scaling360 = "6764001EACD940A02FF970110000030001000003003C0F162D96";

    /// <summary>x264, High, coded as fields, 640x360, 25 frames a second.</summary>
    public const string H264Interlaced360 = "6764001EACD940A063F3E022000003000200000300643E28532C";

    /// <summary>x264, High 4:4:4, 640x360, 25 frames a second.</summary>
    public const string H264Chroma444 = "67F4001E919B281405FF1380880000030008000003019078B16CB0";

    public const string H264PictureSet = "68EBE3CB22C0";

    /// <summary>x265, Main, 1280x720, 25 frames a second.</summary>
    public const string H265Vps720 = "40010C01FFFF01600000030090000003000003005D959809";

    /// <inheritdoc cref="H265Vps720"/>
    public const string H265Sps720 = "42010101600000030090000003000003005DA00280802D165959A4932BC05A0200000300020000030032" + "10";

    /// <summary>x265, Main 10, 640x360, 30 frames a second.</summary>
    public const string H265SpsMain10 = "42010102200000030090000003000003003FA005020169365959A4932BC05A020000030002000003003C10";

    public const string H265PictureSet = "4401C172B46240";

    /// <summary>libaom, Main, level 3.1, 1280x720.</summary>
    public const string Av1Record720 = "81050C000A0B0000002D4CFFB3CCAF9004";

    /// <summary>From an init segment of mp4ff.</summary>
    public const string Av1RecordFile = "81000C000A0B00000004457E3E7DFCC060";

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex);
}
