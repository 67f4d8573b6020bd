using System.Buffers;
using TimeShift.Formats.Amf;
using TimeShift.Formats.Rtmp;

namespace TimeShift.Protocols.Rtmp;

/// <summary>What the server says in commands (RTMP 1.0 §7.2).</summary>
internal sealed class RtmpReplies(IBufferWriter<byte> output)
{
    /// <summary>Announced before the first reply, so that each one is a single chunk.</summary>
    private const int ChunkSize = 4096;

    /// <summary>Bytes that each side may send before an acknowledgement (§5.4.4).</summary>
    public const uint Window = 2_500_000;

    private static readonly AmfArray FourCcs = new(["avc1", "hvc1", "av01", "mp4a"]);
    private readonly ArrayBufferWriter<byte> _body = new(512);

    public void Connected(double transaction, double objectEncoding)
    {
        RtmpMessageWriter.WriteControl(output, RtmpMessageType.WindowAcknowledgementSize, Window);
        RtmpMessageWriter.WriteSetPeerBandwidth(output, Window, limit: 2);
        RtmpMessageWriter.WriteControl(output, RtmpMessageType.SetChunkSize, ChunkSize);
        Command(
            0,
            "_result",
            transaction,
            AmfObject.Of(("fmsVer", "FMS/3,5,7,7009"), ("capabilities", 31), ("mode", 1), ("fourCcList", FourCcs)),
            AmfObject.Of(
                ("level", "status"),
                ("code", "NetConnection.Connect.Success"),
                ("description", "Connection succeeded."),
                ("objectEncoding", objectEncoding),
                ("fourCcList", FourCcs)));
    }

    public void ConnectRejected(double transaction, string reason) =>
        Command(0, "_error", transaction, AmfValue.Null, Status("error", "NetConnection.Connect.Rejected", reason));

    public void CallFailed(double transaction, string reason) =>
        Command(0, "_error", transaction, AmfValue.Null, Status("error", "NetConnection.Call.Failed", reason));

    public void Result(double transaction, AmfValue value) => Command(0, "_result", transaction, AmfValue.Null, value);

    public void StreamBegin(uint streamId) => RtmpMessageWriter.WriteUserControl(output, RtmpUserControl.StreamBegin, streamId);

    public void Pong(uint time) => RtmpMessageWriter.WriteUserControl(output, RtmpUserControl.PingResponse, time);

    public void Acknowledge(uint received) => RtmpMessageWriter.WriteControl(output, RtmpMessageType.Acknowledgement, received);

    public void AnnounceWindow() => RtmpMessageWriter.WriteControl(output, RtmpMessageType.WindowAcknowledgementSize, Window);

    public void OnStatus(uint streamId, string level, string code, string description) =>
        Command(streamId, "onStatus", 0, AmfValue.Null, Status(level, code, description));

    private static AmfObject Status(string level, string code, string description) =>
        AmfObject.Of(("level", level), ("code", code), ("description", description));

    private void Command(uint streamId, params ReadOnlySpan<AmfValue> values)
    {
        _body.ResetWrittenCount();
        Amf0Writer.Write(_body, values);
        RtmpMessageWriter.Write(output, RtmpMessageWriter.CommandChunkStream, RtmpMessageType.CommandAmf0, streamId, 0, _body.WrittenSpan, ChunkSize);
    }
}
