using Gantry.Linux.Processes;
using Gantry.Oci.Image;

namespace Gantry.Engine.Images.Changes;

/// <summary>Applies the Dockerfile instructions that <c>commit --change</c> and <c>import --change</c> allow to an image's
/// configuration.</summary>
/// <remarks>All changes together are one Dockerfile: each sees the variables that those before it have set.</remarks>
public sealed class ImageChanges
{
    private static readonly IReadOnlyList<string> DefaultShell = ["/bin/sh", "-c"];

    private ImageConfig _config;
    private bool _commandSet;

    private ImageChanges(ImageConfig config) => _config = config;

    /// <exception cref="GantryException">Invalid: not an instruction that can be applied, or its arguments make no sense.</exception>
    public static ImageConfig Apply(ImageConfig config, IReadOnlyList<string> changes)
    {
        if (changes.Count == 0) return config;
        List<Instruction> instructions = InstructionReader.Read(string.Join('\n', changes));
        if (instructions.Find(one => !IsKnown(one.Name)) is { } other)
            throw GantryException.Invalid($"{other.Name.ToLowerInvariant()} is not a valid change command");
        ImageChanges applied = new(config);
        foreach (Instruction instruction in instructions) applied._config = applied.Apply(instruction);
        return applied._config;
    }

    private static bool IsKnown(string instruction) =>
        instruction is "CMD" or "ENTRYPOINT" or "ENV" or "EXPOSE" or "HEALTHCHECK" or "LABEL" or "ONBUILD" or "STOPSIGNAL" or "USER"
            or "VOLUME" or "WORKDIR";

    private ImageConfig Apply(Instruction instruction)
    {
        // Of these, a health check alone has flags; here they are refused for the others.
        if (instruction.Name != "HEALTHCHECK") _ = new InstructionFlags(instruction);
        return instruction.Name switch
        {
            "CMD" => WithCommand(instruction),
            "ENTRYPOINT" => WithEntrypoint(instruction),
            "ENV" => _config with { Env = Environment(Pairs(instruction)) },
            "EXPOSE" => _config with { ExposedPorts = Add(_config.ExposedPorts,
                Arguments(instruction).SelectMany(port => Words(port, instruction)).SelectMany(ExposedPorts.Parse)) },
            "HEALTHCHECK" => _config with { Healthcheck = Healthcheck.Parse(instruction) },
            "LABEL" => _config with { Labels = Labels(Pairs(instruction)) },
            "ONBUILD" => _config with { OnBuild = [.. _config.OnBuild ?? [], OnBuildTrigger.Parse(instruction)] },
            "STOPSIGNAL" => _config with { StopSignal = StopSignal(Single(instruction)) },
            "USER" => _config with { User = Single(instruction) },
            "VOLUME" => _config with { Volumes = Add(_config.Volumes, Volumes(instruction)) },
            _ => _config with { WorkingDir = WorkingDirectory(Single(instruction)) },
        };
    }

    private ImageConfig WithCommand(Instruction instruction)
    {
        IReadOnlyList<string> command = CommandLine(instruction.Rest);
        _commandSet |= command.Count > 0;
        return _config with { Cmd = command };
    }

    /// <remarks>A command that was meant for another entrypoint goes; one that these changes have set stays.</remarks>
    private ImageConfig WithEntrypoint(Instruction instruction) => _config with
    {
        Entrypoint = instruction.Rest.Length > 0 && CommandLine(instruction.Rest) is { Count: > 0 } entrypoint ? entrypoint : null,
        Cmd = _commandSet ? _config.Cmd : null,
    };

    /// <summary>A JSON list is taken as it is; anything else is for the shell. Variables are the container's business.</summary>
    private IReadOnlyList<string> CommandLine(string text)
    {
        if (JsonForm.TryRead(text) is { } list) return list;
        IReadOnlyList<string> shell = _config.Shell is { Count: > 0 } own ? own : DefaultShell;
        return text.Length > 0 ? [.. shell, text] : shell;
    }

    private string? Value(string name)
    {
        string prefix = name + "=";
        return _config.Env?.FirstOrDefault(entry => entry.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
    }

    private string Expand(string text, Instruction instruction) => ShellExpansion.Expand(text, instruction.Escape, Value);

    private List<string> Words(string text, Instruction instruction) => ShellExpansion.ExpandWords(text, instruction.Escape, Value);

    private static string[] Arguments(Instruction instruction)
    {
        string[] arguments = instruction.Rest.Split(Instruction.Blanks.ToCharArray(), StringSplitOptions.RemoveEmptyEntries);
        return arguments.Length > 0 ? arguments : throw GantryException.Invalid($"{instruction.Name} requires at least one argument");
    }

    private string Single(Instruction instruction) =>
        instruction.Rest.Length > 0 ? Expand(instruction.Rest, instruction)
            : throw GantryException.Invalid($"{instruction.Name} requires exactly one argument");

    private List<KeyValuePair<string, string>> Pairs(Instruction instruction) =>
        [.. NameValues.Parse(instruction)
            .Select(pair => new KeyValuePair<string, string>(Expand(pair.Key, instruction), Expand(pair.Value, instruction)))];

    /// <summary>A variable keeps its place.</summary>
    private List<string> Environment(List<KeyValuePair<string, string>> pairs)
    {
        List<string> environment = [.. _config.Env ?? []];
        foreach ((string name, string value) in pairs)
        {
            int at = environment.FindIndex(entry => entry.StartsWith(name + "=", StringComparison.Ordinal));
            if (at < 0) environment.Add($"{name}={value}");
            else environment[at] = $"{name}={value}";
        }
        return environment;
    }

    private Dictionary<string, string> Labels(List<KeyValuePair<string, string>> pairs)
    {
        Dictionary<string, string> labels = new(_config.Labels ?? new Dictionary<string, string>());
        foreach ((string name, string value) in pairs) labels[name] = value;
        return labels;
    }

    private static Dictionary<string, EmptyObject> Add(IReadOnlyDictionary<string, EmptyObject>? present, IEnumerable<string> keys)
    {
        Dictionary<string, EmptyObject> set = new(present ?? new Dictionary<string, EmptyObject>());
        foreach (string key in keys) set[key] = EmptyObject.Value;
        return set;
    }

    private IEnumerable<string> Volumes(Instruction instruction)
    {
        IReadOnlyList<string> paths = JsonForm.TryRead(instruction.Rest) ?? (IReadOnlyList<string>)Arguments(instruction);
        if (paths.Count == 0) throw GantryException.Invalid("VOLUME requires at least one argument");
        return paths.Select(path => Expand(path, instruction).Trim() is { Length: > 0 } volume ? volume
            : throw GantryException.Invalid("VOLUME specified can not be an empty string"));
    }

    private static string StopSignal(string signal) =>
        Signals.TryParse(signal, out _) ? signal : throw GantryException.Invalid($"Invalid signal: {signal}");

    private string WorkingDirectory(string path)
    {
        if (path.Length == 0) throw GantryException.Invalid("cannot normalize nothing");
        return path[0] == '/' ? path : Path.GetFullPath(path, Path.GetFullPath(_config.WorkingDir ?? "", "/"));
    }
}
