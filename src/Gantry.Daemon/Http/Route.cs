namespace Gantry.Daemon.Http;

/// <summary>One method and path template with its handler; see <see cref="Router"/>.</summary>
public sealed class Route
{
    private readonly string[] _parts;

    internal Route(string method, string template, Handler handler)
    {
        _parts = template.Split('/', StringSplitOptions.RemoveEmptyEntries);
        Method = method;
        Template = template;
        Handler = handler;
        Operation = $"{method} {template}";
        Placeholders = _parts.Count(IsPlaceholder);
    }

    public string Method { get; }
    public string Template { get; }
    public Handler Handler { get; }
    /// <summary>How traces name it.</summary>
    public string Operation { get; }
    internal int Placeholders { get; }
    /// <summary>The first part, always a literal.</summary>
    internal string Head => _parts[0];

    private static bool IsPlaceholder(string part) => part[0] == '{';

    internal bool Matches(ReadOnlySpan<string> path, Dictionary<string, string> values)
    {
        int at = 0;
        for (int i = 0; i < _parts.Length; i++)
        {
            string part = _parts[i];
            int after = _parts.Length - i - 1;
            if (!IsPlaceholder(part))
            {
                if (at >= path.Length || path[at++] != part) return false;
            }
            else if (part.EndsWith("...}", StringComparison.Ordinal))
            {
                // Greedy: it takes everything that the parts after it leave over (they are single parts).
                int take = path.Length - at - after;
                if (take < 1) return false;
                values[part[1..^4]] = string.Join('/', path.Slice(at, take)!);
                at += take;
            }
            else
            {
                if (at >= path.Length) return false;
                values[part[1..^1]] = path[at++];
            }
        }
        return at == path.Length;
    }
}
