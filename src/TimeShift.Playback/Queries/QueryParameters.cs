using System.Diagnostics.CodeAnalysis;

namespace TimeShift.Playback.Queries;

/// <summary>The parameters that say what to play, each at most once, and which of them go together.</summary>
internal sealed class QueryParameters
{
    private static readonly string[] Names = ["window", "from", "to", "dur", "at", "since", "delay", "utc", "lutc"];

    // The words that choose what is played; one of them at most.
    private static readonly string[] Choices = ["window", "from", "at", "delay", "utc"];

    private static readonly (string Name, string Needs)[] Companions = [("to", "from"), ("dur", "from"), ("since", "at"), ("lutc", "utc")];

    private readonly string?[] _values = new string?[Names.Length];

    public string? Window => _values[0];

    public string? From => _values[1];

    public string? To => _values[2];

    public string? Dur => _values[3];

    public string? At => _values[4];

    public string? Since => _values[5];

    public string? Delay => _values[6];

    public string? Utc => _values[7];

    public string? Lutc => _values[8];

    public static bool TryCollect(IEnumerable<KeyValuePair<string, string>> parameters, out QueryParameters known,
        [NotNullWhen(false)] out QueryFault? fault)
    {
        known = new QueryParameters();
        fault = null;
        foreach (var (name, value) in parameters)
        {
            var index = Array.IndexOf(Names, name);
            if (index < 0) continue;
            if (known._values[index] is { } first)
            {
                fault = new QueryFault(name, $"{first}, {value}", "the parameter once");
                return false;
            }

            known._values[index] = value ?? "";
        }

        return true;
    }

    public QueryFault? Conflict()
    {
        string? chosen = null;
        foreach (var name in Choices)
        {
            if (Value(name) is not { } value) continue;
            if (chosen is not null) return new QueryFault(name, value, $"only one of {string.Join(", ", Choices)}, and '{chosen}' is there too");
            chosen = name;
        }

        foreach (var (name, needs) in Companions)
        {
            if (Value(name) is { } value && Value(needs) is null) return new QueryFault(name, value, $"'{needs}' along with it");
        }

        return Dur is not null && To is not null ? new QueryFault("dur", Dur, "either 'to' or 'dur'") : null;
    }

    private string? Value(string name) => _values[Array.IndexOf(Names, name)];
}
