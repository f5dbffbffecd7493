namespace Gantry;

/// <summary>What a filter wants of labels: <c>NAME</c>, whatever its value, or <c>NAME=VALUE</c>.</summary>
public static class LabelPattern
{
    public static bool Matches(string wanted, IReadOnlyDictionary<string, string>? labels)
    {
        int equals = wanted.IndexOf('=');
        string name = equals < 0 ? wanted : wanted[..equals];
        return labels is not null && labels.TryGetValue(name, out string? value) && (equals < 0 || value == wanted[(equals + 1)..]);
    }
}
