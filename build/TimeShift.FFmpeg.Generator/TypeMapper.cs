namespace TimeShift.FFmpeg.Generator;

/// <summary>
/// C types to C#, under FFmpeg.AutoGen's naming rules: <c>byte_ptrArray8</c> for <c>uint8_t *[8]</c>, <c>AVIOInterruptCB_callback_func</c>
/// for that
/// member's function pointer. Collects the array and delegate types that were asked for.
/// </summary>
internal sealed class TypeMapper(Model model)
{
    // Linux on 64 bits (LP64): long is 64 bits wide. A va_list is handed over as a pointer on x86-64 and on Linux' arm64 alike.
    private static readonly Dictionary<string, string> _primitives = new()
    {
        ["void"] = "void",
        ["char"] = "byte",
        ["signed char"] = "sbyte",
        ["unsigned char"] = "byte",
        ["short"] = "short",
        ["unsigned short"] = "ushort",
        ["int"] = "int",
        ["unsigned int"] = "uint",
        ["unsigned"] = "uint",
        ["long"] = "long",
        ["unsigned long"] = "ulong",
        ["long long"] = "long",
        ["unsigned long long"] = "ulong",
        ["float"] = "float",
        ["double"] = "double",
        ["_Bool"] = "byte",
        ["int8_t"] = "sbyte",
        ["uint8_t"] = "byte",
        ["int16_t"] = "short",
        ["uint16_t"] = "ushort",
        ["int32_t"] = "int",
        ["uint32_t"] = "uint",
        ["int64_t"] = "long",
        ["uint64_t"] = "ulong",
        ["size_t"] = "ulong",
        ["ptrdiff_t"] = "long",
        ["va_list"] = "byte*",
    };

    private readonly HashSet<string> _enums = [.. model.Enums.Select(e => e.Name)];
    private readonly HashSet<string> _records = [.. model.Records.Select(r => r.Name)];

    /// <summary>Array type to its element and length, in the order of their names.</summary>
    public SortedDictionary<string, (string Element, int Count)> Arrays { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, CFunction> Delegates { get; } = new(StringComparer.Ordinal);

    /// <summary>Structs that the headers name and do not define.</summary>
    public SortedSet<string> Opaque { get; } = new(StringComparer.Ordinal);

    /// <param name="place">Names a function pointer that has no name of its own: <c>AVCodecContext_get_format</c>.</param>
    public string Map(CType type, string place)
    {
        switch (type)
        {
            case CName name:
                return MapName(name.Name, place);
            case CArray array:
                return MapArray(Map(array.Of, place), array.Count);
            case CPointer { To: CFunction function }:
                return MapDelegate(place, function);
            case CPointer { To: CName { Name: var alias } } when model.Typedefs.TryGetValue(alias, out var target) && target is CFunction function:
                return MapDelegate(alias, function);
            case CPointer { To: var to }:
                var inner = Map(to, place);
                // A pointer to a function pointer, which C# cannot spell with these names.
                return inner.EndsWith("_func", StringComparison.Ordinal) ? "void*" : inner + "*";
            default:
                return "void";
        }
    }

    public string MapArray(string element, int count)
    {
        // An array of arrays: short_array3x2 holds three short_array2.
        var inner = element.LastIndexOf("_array", StringComparison.Ordinal) + "_array".Length;
        var name = element.EndsWith('*') ? $"{element.TrimEnd('*')}_ptrArray{count}"
            : Arrays.ContainsKey(element) ? $"{element[..inner]}{count}x{element[inner..]}"
            : $"{element}_array{count}";
        Arrays[name] = (element, count);
        return name;
    }

    /// <summary>A type seen through its typedefs, as far as they lead to pointers, arrays or functions.</summary>
    public CType Resolve(CType type) =>
        type is CName { Name: var name } && !_primitives.ContainsKey(name) && model.Typedefs.TryGetValue(name, out var target) ? Resolve(target) : type;

    private string MapName(string name, string place)
    {
        if (_primitives.TryGetValue(name, out var primitive)) return primitive;
        if (_enums.Contains(name) || _records.Contains(name)) return name;
        if (name == CName.Unnamed) return "uint";
        if (model.Typedefs.TryGetValue(name, out var target))
        {
            if (target is CPointer { To: CFunction function }) return MapDelegate(name, function);
            if (!(target is CName same && same.Name == name)) return Map(target, place);
        }

        if (!model.Tags.Contains(name)) return "void";
        Opaque.Add(name);
        return name;
    }

    private string MapDelegate(string name, CFunction function)
    {
        if (Delegates.TryAdd(name, function))
        {
            // Asked for now, so that arrays and opaque structs behind the parameters are known before anything is written.
            Map(function.Result, name);
            for (var i = 0; i < function.Parameters.Count; i++) Map(function.Parameters[i], $"{name}_p{i}");
        }

        return name + "_func";
    }
}
