namespace Gantry.Engine.Containers;

/// <summary>One <c>-v</c> value as it comes over the wire: <c>source:destination[:options]</c>,
/// or a lone destination for an anonymous volume.</summary>
public sealed record BindSpec
{
    /// <summary>Host path, volume name, or empty for an anonymous volume.</summary>
    public required string Source { get; init; }
    public required string Destination { get; init; }
    /// <summary>The options as given, for <c>inspect</c>.</summary>
    public string Mode { get; init; } = "";
    public bool ReadOnly { get; init; }
    /// <summary>private, rprivate, shared, rshared, slave, rslave; null when not given.</summary>
    public string? Propagation { get; init; }
    public bool NoCopy { get; init; }

    public bool IsHostPath => Source.StartsWith('/');

    private static readonly string[] Propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

    /// <exception cref="GantryException">InvalidArgument with the texts that clients know.</exception>
    public static BindSpec Parse(string text)
    {
        string[] parts = text.Split(':');
        (string source, string destination, string mode) = parts.Length switch
        {
            1 => ("", parts[0], ""),
            2 when !parts[1].StartsWith('/') && parts[0].StartsWith('/') && AreOptions(parts[1]) => ("", parts[0], parts[1]),
            2 => (parts[0], parts[1], ""),
            3 => (parts[0], parts[1], parts[2]),
            _ => throw Bad(text),
        };
        if (destination.Length == 0 || (parts.Length > 1 && source.Length == 0 && mode.Length == 0)) throw Bad(text);
        BindSpec spec = new() { Source = source.StartsWith('/') ? InsidePath.Clean(source) : source,
            Destination = CheckDestination(destination, text), Mode = mode };
        if (!spec.IsHostPath && source.Length > 0) Volumes.VolumeName.Check(source);
        return spec.WithOptions(mode, text);
    }

    public static string CheckDestination(string destination, string spec)
    {
        if (!destination.StartsWith('/'))
            throw GantryException.Invalid($"invalid volume specification: '{spec}': invalid mount config for type "
                + $"\"{(spec.StartsWith('/') ? "bind" : "volume")}\": invalid mount path: '{destination}' mount path must be absolute");
        string clean = InsidePath.Clean(destination);
        if (clean == "/")
            throw GantryException.Invalid($"invalid volume specification: '{spec}': invalid mount config for type \"bind\": invalid "
                + $"specification: destination can't be '/'");
        return clean;
    }

    private BindSpec WithOptions(string mode, string text)
    {
        if (mode.Length == 0) return this;
        BindSpec spec = this;
        HashSet<string> kinds = [];
        foreach (string option in mode.Split(','))
        {
            (string kind, spec) = option switch
            {
                "ro" => ("access", spec with { ReadOnly = true }),
                "rw" => ("access", spec),
                "z" or "Z" => ("label", spec),
                "consistent" or "cached" or "delegated" => ("consistency", spec),
                "nocopy" => ("copy", spec with { NoCopy = true }),
                _ when Propagations.Contains(option) => ("propagation", spec with { Propagation = option }),
                _ => throw BadMode(mode),
            };
            // Two of a kind contradict each other, or say the same twice.
            if (!kinds.Add(kind)) throw BadMode(mode);
        }
        if (spec.Propagation is not null && !spec.IsHostPath) throw BadMode(mode);
        if (spec.NoCopy && spec.IsHostPath)
            throw GantryException.Invalid($"invalid volume specification: '{text}': invalid mount config for type \"bind\": field "
                + $"VolumeOptions must not be specified");
        return spec;
    }

    private static GantryException BadMode(string mode) => GantryException.Invalid($"invalid mode: {mode}");

    private static bool AreOptions(string text) =>
        text.Split(',').All(option => option is "ro" or "rw" or "z" or "Z" or "nocopy" || Propagations.Contains(option));

    private static GantryException Bad(string text) => GantryException.Invalid($"invalid volume specification: '{text}'");
}
