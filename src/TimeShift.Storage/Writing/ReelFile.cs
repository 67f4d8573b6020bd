using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using TimeShift.Core.Media;
using TimeShift.Formats.Mp4;
using TimeShift.Storage.Index;
using TimeShift.Storage.Reels;

namespace TimeShift.Storage.Writing;

/// <summary>
/// The disk side of the reel that is being recorded: media first, its index record after. Used by one writer thread at a time. After a failure it stays failed and
/// lets everything pass by; the stream then tries a new reel.
/// </summary>
internal sealed class ReelFile(StreamName stream, Reel reel, ReadOnlyMemory<byte> init, SegmentRecord[] lost, FlushPolicy flush, ILogger logger)
{
    private readonly List<RandomAccessPoint> _keyPoints = [];
    private readonly byte[] _recordBytes = new byte[SegmentRecord.Bytes];
    private SafeFileHandle? _media;
    private SafeFileHandle? _index;
    private long _indexLength;
    private int _failed;
    private int _recordsWritten;

    public Reel Reel => reel;

    /// <summary>A write failed: segments from <see cref="RecordsWritten"/> on are not on the disk.</summary>
    public bool HasFailed => Volatile.Read(ref _failed) != 0;

    /// <summary>Records that the index file has.</summary>
    public int RecordsWritten => Volatile.Read(ref _recordsWritten);

    internal void Perform(in WriteStep step, GatheredWrite gather)
    {
        if (HasFailed) return;
        try
        {
            switch (step.Kind)
            {
                case WriteKind.Open: Open(); break;
                case WriteKind.Part: WritePart(step, gather); break;
                case WriteKind.Segment: WriteSegment(step.Record); break;
                case WriteKind.Close: Close(step.Record); break;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref _failed, 1);
            reel.Index.CutTo(RecordsWritten);
            GiveUp(step.Kind == WriteKind.Open);
            Log.WriteFailed(logger, e, stream, reel.MediaPath);
        }
    }

    /// <summary>Adds where the lead track can be entered, for the <c>mfra</c> that closes the reel.</summary>
    public void AddKeyPoint(in RandomAccessPoint point)
    {
        lock (_keyPoints) _keyPoints.Add(point);
    }

    // What was written stays; a record that was not written whole goes, and so does a reel that never got its head. A disk that is gone keeps what it has.
    private void GiveUp(bool isEmpty)
    {
        try
        {
            if (_index is not null) RandomAccess.SetLength(_index, _indexLength);
            if (isEmpty && _media is not null) File.Delete(reel.MediaPath);
            if (isEmpty && _index is not null) File.Delete(reel.IndexPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotTidied(logger, stream, reel.MediaPath, e.Message);
        }

        _media?.Dispose();
        _index?.Dispose();
        if (RecordsWritten > 0) reel.Closed();
    }

    private void Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(reel.Path)!);
        _media = File.OpenHandle(reel.MediaPath, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
        RandomAccess.Write(_media, init.Span, 0);
        _index = File.OpenHandle(reel.IndexPath, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);
        var head = new byte[IndexHeader.Bytes];
        reel.Header.Write(head);
        AppendToIndex(head);
        foreach (var record in lost)
        {
            record.Write(_recordBytes);
            AppendToIndex(_recordBytes);
            Volatile.Write(ref _recordsWritten, _recordsWritten + 1);
        }
    }

    private void WritePart(in WriteStep step, GatheredWrite gather)
    {
        var part = step.Part!;
        gather.Begin(_media!, step.Offset);
        if (!part.Mark.IsDefault) Add(gather, part.Mark.Packet);
        foreach (var fragment in part.Fragments)
        {
            Add(gather, fragment.Header.Packet);
            foreach (var packet in fragment.Packets) Add(gather, packet.Packet);
        }

        gather.Finish();
        if (flush == FlushPolicy.Part) RandomAccess.FlushToDisk(_media!);
        step.EdgePart!.Written();
    }

    private static void Add(GatheredWrite gather, Core.Packets.MediaPacket packet) =>
        gather.Add(packet.PinnedArray, packet.PayloadOffset, packet.PayloadLength);

    private void WriteSegment(in SegmentRecord record)
    {
        // Media before its record: a record that can be read vouches for its bytes.
        if (flush == FlushPolicy.Segment) RandomAccess.FlushToDisk(_media!);
        record.Write(_recordBytes);
        AppendToIndex(_recordBytes);
        Volatile.Write(ref _recordsWritten, _recordsWritten + 1);
    }

    private void Close(SegmentRecord end)
    {
        var length = RandomAccess.GetLength(_media!);
        if (RecordsWritten == 0 && length <= init.Length)
        {
            // A stay without a single segment leaves nothing behind.
            _media!.Dispose();
            _index!.Dispose();
            File.Delete(reel.MediaPath);
            File.Delete(reel.IndexPath);
            reel.IsOpen = false;
            return;
        }

        HideTail(end.Offset, length);
        var output = new ArrayBufferWriter<byte>();
        lock (_keyPoints)
        {
            _keyPoints.RemoveAll(p => p.MoofOffset >= end.Offset);
            Mfra.Write(output, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_keyPoints));
        }

        RandomAccess.Write(_media!, output.WrittenSpan, length);
        if (flush != FlushPolicy.None) RandomAccess.FlushToDisk(_media!);
        end.Write(_recordBytes);
        AppendToIndex(_recordBytes);
        if (flush != FlushPolicy.None) RandomAccess.FlushToDisk(_index!);
        _media!.Dispose();
        _index!.Dispose();
        reel.Closed();
    }

    // Parts of a segment that was never ended, because the disk fell behind, have no record and must not be found by a scan or a player: the segment's mark becomes
    // the head of a box that says "skip me". The bytes stay, since the live edge may still read them.
    private void HideTail(long offset, long length)
    {
        if (length <= offset) return;
        Span<byte> head = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32BigEndian(head, 1);
        BinaryPrimitives.WriteUInt32BigEndian(head[4..], FourCc.Free);
        BinaryPrimitives.WriteInt64BigEndian(head[8..], length - offset);
        RandomAccess.Write(_media!, head, offset);
    }

    private void AppendToIndex(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_index!, bytes, _indexLength);
        _indexLength += bytes.Length;
    }
}
