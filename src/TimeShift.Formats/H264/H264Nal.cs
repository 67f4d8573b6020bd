using TimeShift.Formats.Nal;

namespace TimeShift.Formats.H264;

/// <summary>nal_unit_type of H.264 (ITU-T H.264 table 7-1): the low five bits of the first byte.</summary>
public static class H264Nal
{
    public const int IdrSlice = 5;
    public const int Sei = 6;
    public const int Sps = 7;
    public const int Pps = 8;
    public const int AccessUnitDelimiter = 9;
    public const int FillerData = 12;
    public const int SpsExtension = 13;

    public static int TypeOf(byte header) => header & 0x1F;

    // A recovery point SEI is no key: before it, pictures are needed that a player which starts there does not have.
    internal static NalRole RoleOf(byte header) => TypeOf(header) switch
    {
        IdrSlice => NalRole.KeySlice,
        Sps or Pps or SpsExtension => NalRole.ParameterSet,
        AccessUnitDelimiter or FillerData => NalRole.Discardable,
        _ => NalRole.Other,
    };
}
