using TimeShift.Formats.Mp4;

namespace TimeShift.Formats.Tests.Mp4;

/// <summary>Every reader of this folder, as a target that lets only <see cref="Mp4FormatException"/> out.</summary>
internal static class Mp4FuzzTargets
{
    public static void Header(ReadOnlySpan<byte> data)
    {
        if (!Box.TryReadHeader(data, out var header)) return;
        Assert.InRange(header.HeaderSize, 8, BoxHeader.MaxSize);
        Assert.True(header.HeaderSize <= data.Length);
    }

    public static void TopLevel(ReadOnlySpan<byte> data)
    {
        var boxes = TopLevelBoxes.Enumerate(data);
        var end = 0;
        while (boxes.MoveNext())
        {
            Assert.Equal(end, boxes.Offset);
            end += boxes.Current.Length;
        }

        Assert.Equal(end, boxes.Offset);
        Assert.Equal(boxes.State == BoxState.Complete, end == data.Length);
    }

    public static void Movie(ReadOnlySpan<byte> data) => MovieReader.Read(data);

    public static void Fragment(ReadOnlySpan<byte> data)
    {
        var reader = new FragmentReader(data, 0, [new FragmentDefaults(1, 1, 1, 0)]);
        while (reader.TryReadTrack(out var fragment))
        {
            var (count, duration, size) = (0, 0ul, 0L);
            foreach (var placed in fragment)
            {
                count++;
                duration += placed.Sample.Duration;
                size += placed.Sample.Size;
            }

            Assert.Equal((fragment.SampleCount, fragment.TotalDuration, fragment.DataSize), (count, duration, size));
        }
    }

    public static void RandomAccess(ReadOnlySpan<byte> data)
    {
        Mfra.TryReadSize(data, out _);
        Mfra.Read(data);
    }

    public static void Mark(ReadOnlySpan<byte> data) => SegmentMark.TryRead(data, out _);

    public static void Descriptor(ReadOnlySpan<byte> data) => Esds.Read(data, out _);

    /// <summary>A whole file: each top-level box to the reader that knows it.</summary>
    public static void Everything(ReadOnlySpan<byte> data)
    {
        var boxes = TopLevelBoxes.Enumerate(data);
        while (boxes.MoveNext())
        {
            switch (boxes.Header.Type)
            {
                case FourCc.Moov:
                    Movie(boxes.Current);
                    break;
                case FourCc.Moof:
                    Fragment(boxes.Current);
                    break;
                case FourCc.Mfra:
                    RandomAccess(boxes.Current);
                    break;
                case FourCc.Uuid:
                    Mark(boxes.Current);
                    break;
            }
        }

        if (boxes.State != BoxState.Complete) throw new Mp4FormatException($"{boxes.State} at {boxes.Offset}");
    }
}
