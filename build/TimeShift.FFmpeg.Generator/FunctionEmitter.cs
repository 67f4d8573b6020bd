using System.Text;

namespace TimeShift.FFmpeg.Generator;

/// <summary>
/// Writes functions as blittable imports. One that takes strings or arrays gets a method in front of its import that pins or converts them:
/// with run-time marshalling off an import takes nothing but values and pointers.
/// </summary>
internal sealed class FunctionEmitter(TypeMapper types, StringBuilder text, Action<string?, string> doc)
{
    // Arithmetic without locks, logging or callbacks: the switch of GC mode would cost more than the call.
    private static readonly HashSet<string> _leaves =
        ["av_rescale", "av_rescale_q", "av_rescale_rnd", "av_rescale_q_rnd", "av_compare_ts", "av_cmp_q"];

    public void Emit(IEnumerable<Function> functions)
    {
        text.Append("internal static unsafe partial class ffmpeg\n{\n");
        foreach (var function in functions.OrderBy(f => f.Name, StringComparer.Ordinal)) Emit(function);
        text.Append("}\n");
    }

    private void Emit(Function function)
    {
        var parameters = function.Parameters.Select(p => ToCSharp(function.Name, p)).ToList();
        var returnsString = IsConstChar(function.Result);
        var native = returnsString ? "byte*" : types.Map(function.Result, function.Name);
        var needsMethod = returnsString || parameters.Any(p => p.Native != p.Managed);
        doc(function.Doc, "    ");
        if (function.IsDeprecated) text.Append("    [Obsolete]\n");
        var nativeName = needsMethod ? $"{function.Name}__native" : function.Name;
        if (needsMethod)
        {
            text.Append($"    public static {(returnsString ? "string" : native)} {function.Name}({Join(parameters, p => $"{p.Managed} @{p.Name}")})\n    {{\n");
            // Declarations before "fixed", which takes only a statement.
            foreach (var p in parameters.Where(p => p.Prologue is not null).OrderBy(p => p.Prologue!.StartsWith("fixed", StringComparison.Ordinal))) text.Append($"        {p.Prologue}\n");
            var call = $"{nativeName}({Join(parameters, p => p.Argument)})";
            text.Append(native == "void" ? $"        {call};\n" : returnsString ? $"        return Utf8Text.Read({call});\n" : $"        return {call};\n");
            text.Append("    }\n\n");
        }

        if (_leaves.Contains(function.Name)) text.Append("    [SuppressGCTransition]\n");
        text.Append($"    [DllImport(\"{function.Library}\", CallingConvention = CallingConvention.Cdecl, ExactSpelling = true");
        text.Append(needsMethod ? $", EntryPoint = \"{function.Name}\")]\n    private" : ")]\n    public");
        text.Append($" static extern {native} {nativeName}({Join(parameters, p => $"{p.Native} @{p.Name}")});\n\n");
    }

    private Parts ToCSharp(string function, Parameter parameter)
    {
        var name = parameter.Name;
        if (IsConstChar(parameter.Type))
            return new Parts(name, "string", "byte*", $"using var {name}__text = new Utf8Text(@{name});", $"{name}__text.Pointer");
        var native = types.Map(parameter.Type, $"{function}_{name}");
        if (parameter.ArrayCount is not { } count || parameter.Type is not CPointer { To: var of }) return new Parts(name, native, native, null, $"@{name}");
        var element = types.Map(of, $"{function}_{name}");
        if (element == "void") return new Parts(name, native, native, null, $"@{name}");
        if (count == 0) return new Parts(name, $"{element}[]", native, $"fixed ({native} {name}__p = @{name})", $"{name}__p");
        var array = types.MapArray(element, count);
        var modifier = of is CName { IsConst: true } or CPointer { To: CName { IsConst: true } } ? "in" : "ref";
        return new Parts(name, $"{modifier} {array}", $"{array}*", $"fixed ({array}* {name}__p = &@{name})", $"{name}__p");
    }

    private static bool IsConstChar(CType type) => type is CPointer { To: CName { Name: "char", IsConst: true } };

    private static string Join(List<Parts> parameters, Func<Parts, string> part) => string.Join(", ", parameters.Select(part));

    private sealed record Parts(string Name, string Managed, string Native, string? Prologue, string Argument);
}
