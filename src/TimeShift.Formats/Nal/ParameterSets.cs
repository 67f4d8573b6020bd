using System.Diagnostics.CodeAnalysis;
using TimeShift.Core.Media;
using TimeShift.Formats.Av1;
using TimeShift.Formats.H264;
using TimeShift.Formats.H265;

namespace TimeShift.Formats.Nal;

/// <summary>
/// Collects the parameter sets that come in band, and says when what they say has changed. Repeats of the same content, which most sources
/// send with every key frame, are no change and
/// cost no allocation. One instance per track; not for several threads at once.
/// </summary>
public sealed class ParameterSets
{
    private readonly Codec _codec;
    private readonly List<Entry> _entries = [];
    private byte[] _config = [];

    // A field, since a set that changed may have to wait for another kind, or for an access unit that is not broken further on.
    private bool _changed;

    /// <param name="codec">H.264, H.265 or AV1, whose sequence header is the one parameter set.</param>
    public ParameterSets(Codec codec)
    {
        if (codec is not (Codec.H264 or Codec.H265 or Codec.Av1))
            throw new ArgumentOutOfRangeException(nameof(codec), codec, "Only video has parameter sets in band.");
        _codec = codec;
    }

    /// <summary>Starts from a known configuration, so that only a difference from it counts.</summary>
    /// <param name="config">The track's avcC, hvcC or av1C; it may hold no parameter sets.</param>
    /// <exception cref="BitstreamException">The record or a parameter set in it is broken.</exception>
    public ParameterSets(Codec codec, ReadOnlySpan<byte> config)
        : this(codec)
    {
        switch (codec)
        {
            case Codec.H264:
                var avc = AvcConfiguration.Read(config);
                foreach (var unit in avc.Sps.Concat(avc.Pps).Concat(avc.SpsExtensions)) Observe(unit);
                break;
            case Codec.H265:
                foreach (var unit in HevcConfiguration.Read(config).Arrays.SelectMany(array => array.Units)) Observe(unit);
                break;
            default:
                ObserveSequenceHeader(TemporalUnit.FindSequenceHeader(Av1Configuration.Read(config).Obus.Span));
                break;
        }

        if (!IsComplete) return;
        _config = Build();
        _changed = false;
    }

    /// <summary>The record that the sets seen so far make up, or empty while one kind is missing.</summary>
    public ReadOnlyMemory<byte> Config => _config;

    private bool IsComplete => _codec switch
    {
        Codec.H264 => Has(H264Nal.Sps) && Has(H264Nal.Pps),
        Codec.H265 => Has(H265Nal.Vps) && Has(H265Nal.Sps) && Has(H265Nal.Pps),
        _ => _entries.Count > 0,
    };

    /// <summary>Looks through an access unit.</summary>
    /// <param name="framing">Of NAL units; lengths have 4 bytes. Without meaning for AV1.</param>
    /// <param name="config">
    /// The configuration record from here on, with 4-byte lengths and complete arrays; null when nothing changed.
    /// </param>
    /// <returns>True where the access unit completes the sets for the first time, or changes their content.</returns>
    /// <exception cref="BitstreamException">The access unit or a new parameter set is broken; what was known before stays.</exception>
    public bool TryUpdate(ReadOnlySpan<byte> accessUnit, NalFraming framing, [NotNullWhen(true)] out byte[]? config)
    {
        config = null;
        if (_codec == Codec.Av1)
        {
            ObserveSequenceHeader(TemporalUnit.FindSequenceHeader(accessUnit));
        }
        else if (framing == NalFraming.AnnexB)
        {
            foreach (var nal in NalUnits.InAnnexB(accessUnit)) Observe(nal);
        }
        else
        {
            foreach (var nal in NalUnits.InLengthPrefixed(accessUnit)) Observe(nal);
        }

        if (!_changed || !IsComplete) return false;
        var built = Build();
        _changed = false;
        if (built.AsSpan().SequenceEqual(_config)) return false;
        config = _config = built;
        return true;
    }

    private void Observe(ReadOnlySpan<byte> nal)
    {
        if (NalRoles.Of(_codec, nal) != NalRole.ParameterSet) return;
        // Sets of enhancement layers are no part of hvcC, and have identifiers of their own.
        if (_codec == Codec.H265 && H265Nal.LayerOf(nal) != 0) return;
        if (!IsKnown(nal)) Store(TypeOf(nal[0]), IdOf(nal), nal);
    }

    private void ObserveSequenceHeader(ReadOnlySpan<byte> obu)
    {
        if (obu.IsEmpty || IsKnown(obu)) return;
        Av1SequenceHeader.Find(obu); // throws before a broken one is kept
        Store((int)ObuType.SequenceHeader, 0, obu);
    }

    private bool IsKnown(ReadOnlySpan<byte> content)
    {
        foreach (var entry in _entries)
        {
            if (content.SequenceEqual(entry.Content)) return true;
        }

        return false;
    }

    private void Store(int type, int id, ReadOnlySpan<byte> content)
    {
        _entries.RemoveAll(entry => entry.Type == type && entry.Id == id);
        _entries.Add(new Entry(type, id, content.ToArray()));
        _entries.Sort(static (a, b) => (a.Type, a.Id).CompareTo((b.Type, b.Id)));
        _changed = true;
    }

    private int TypeOf(byte header) => _codec == Codec.H264 ? H264Nal.TypeOf(header) : H265Nal.TypeOf(header);

    private int IdOf(ReadOnlySpan<byte> nal) => (_codec, TypeOf(nal[0])) switch
    {
        (Codec.H264, H264Nal.Sps) => H264Sps.Parse(nal).Id,
        (Codec.H264, H264Nal.Pps) => H264Pps.Parse(nal).Id,
        (Codec.H264, _) => 0,
        (_, H265Nal.Vps) => H265Vps.Parse(nal).Id,
        (_, H265Nal.Sps) => H265Sps.Parse(nal).Id,
        _ => H265Pps.Parse(nal).Id,
    };

    private bool Has(int type) => _entries.Exists(entry => entry.Type == type);

    private byte[][] Contents(int type) => [.. _entries.Where(entry => entry.Type == type).Select(entry => entry.Content)];

    private byte[] Build() => _codec switch
    {
        Codec.H264 => AvcConfiguration.Build(Contents(H264Nal.Sps), Contents(H264Nal.Pps), Contents(H264Nal.SpsExtension)).Write(),
        Codec.H265 => HevcConfiguration.Build(Contents(H265Nal.Vps), Contents(H265Nal.Sps), Contents(H265Nal.Pps)).Write(),
        _ => Av1Configuration.Build(_entries[0].Content).Write(),
    };

    private readonly record struct Entry(int Type, int Id, byte[] Content);
}
