using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace TimeShift.Formats.Amf;

/// <summary>Writes AMF0.</summary>
public static class Amf0Writer
{
    /// <exception cref="ArgumentException">A property's name has more than 65 535 bytes.</exception>
    public static void Write(IBufferWriter<byte> output, AmfValue value)
    {
        switch (value)
        {
            case AmfNumber number:
                Marker(output, AmfMarker.Number);
                Double(output, number.Value);
                break;
            case AmfBoolean boolean:
                Marker(output, AmfMarker.Boolean);
                Byte(output, boolean.Value ? (byte)1 : (byte)0);
                break;
            case AmfString text:
                Text(output, text.Value);
                break;
            case AmfNull:
                Marker(output, AmfMarker.Null);
                break;
            case AmfUndefined:
                Marker(output, AmfMarker.Undefined);
                break;
            case AmfDate date:
                Marker(output, AmfMarker.Date);
                Double(output, date.Milliseconds);
                UInt16(output, (ushort)date.ZoneMinutes);
                break;
            case AmfXml xml:
                Marker(output, AmfMarker.Xml);
                LongText(output, xml.Document);
                break;
            case AmfArray array:
                Marker(output, AmfMarker.StrictArray);
                UInt32(output, (uint)array.Items.Length);
                foreach (var item in array.Items) Write(output, item);
                break;
            case AmfObject obj:
                Object(output, obj);
                break;
            default:
                throw new ArgumentException($"No AMF0 form of {value.GetType().Name}.", nameof(value));
        }
    }

    public static void Write(IBufferWriter<byte> output, params ReadOnlySpan<AmfValue> values)
    {
        foreach (var value in values) Write(output, value);
    }

    private static void Object(IBufferWriter<byte> output, AmfObject obj)
    {
        if (obj.ClassName is { } name)
        {
            Marker(output, AmfMarker.TypedObject);
            ShortText(output, name);
        }
        else
        {
            Marker(output, obj.IsEcmaArray ? AmfMarker.EcmaArray : AmfMarker.Object);
            if (obj.IsEcmaArray) UInt32(output, (uint)obj.Properties.Length);
        }

        foreach (var (key, value) in obj.Properties)
        {
            ShortText(output, key);
            Write(output, value);
        }

        UInt16(output, 0);
        Marker(output, AmfMarker.ObjectEnd);
    }

    private static void Text(IBufferWriter<byte> output, string text)
    {
        var isShort = Encoding.UTF8.GetByteCount(text) <= ushort.MaxValue;
        Marker(output, isShort ? AmfMarker.String : AmfMarker.LongString);
        if (isShort) ShortText(output, text);
        else LongText(output, text);
    }

    private static void ShortText(IBufferWriter<byte> output, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        if (length > ushort.MaxValue) throw new ArgumentException($"A name of {length} bytes; AMF0 has room for {ushort.MaxValue}.", nameof(text));
        UInt16(output, (ushort)length);
        Encoding.UTF8.GetBytes(text, output);
    }

    private static void LongText(IBufferWriter<byte> output, string text)
    {
        UInt32(output, (uint)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, output);
    }

    private static void Marker(IBufferWriter<byte> output, AmfMarker marker) => Byte(output, (byte)marker);

    private static void Byte(IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    private static void Double(IBufferWriter<byte> output, double value)
    {
        BinaryPrimitives.WriteDoubleBigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    private static void UInt16(IBufferWriter<byte> output, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), value);
        output.Advance(2);
    }

    private static void UInt32(IBufferWriter<byte> output, uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }
}
