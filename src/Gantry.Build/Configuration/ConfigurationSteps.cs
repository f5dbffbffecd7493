using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Linux.Processes;
using Gantry.Oci.Image;
using Gantry.Workloads;

namespace Gantry.Build.Configuration;

/// <summary>Applies the instructions that change nothing but an image's configuration, one after the other.</summary>
/// <remarks>Each sees the variables that those before it have set.</remarks>
internal sealed class ConfigurationSteps(ImageConfig config)
{
    private static readonly IReadOnlyList<string> DefaultShell = ["/bin/sh", "-c"];

    private bool _commandSet;

    public ImageConfig Config { get; private set; } = config;

    /// <exception cref="DockerfileException">Its arguments make no sense here.</exception>
    public void Apply(Instruction instruction)
    {
        ApplyExpanded(instruction.Expand(new Expander(instruction.Statement.Escape, Value)));
    }

    /// <summary>As <see cref="Apply"/>, for one that has the values of its variables.</summary>
    /// <exception cref="DockerfileException">Its arguments make no sense here.</exception>
    public void ApplyExpanded(Instruction step)
    {
        Config = step switch
        {
            CmdInstruction cmd => WithCommand(cmd),
            EntrypointInstruction entrypoint => WithEntrypoint(entrypoint),
            EnvInstruction env => Config with { Env = Environment(env) },
            ExposeInstruction expose => Config with
            {
                ExposedPorts = Add(Config.ExposedPorts, expose.Ports.SelectMany(ExposedPorts.Parse)),
            },
            HealthcheckInstruction check => Config with { Healthcheck = Healthcheck(check) },
            LabelInstruction label => Config with { Labels = Labels(label) },
            OnBuildInstruction trigger => Config with { OnBuild = [.. Config.OnBuild ?? [], trigger.Text] },
            ShellInstruction shell => Config with { Shell = [.. shell.Shell.Select(word => word.Text)] },
            StopSignalInstruction signal => Config with { StopSignal = StopSignal(signal.Value) },
            UserInstruction user => Config with { User = user.Value.Text },
            VolumeInstruction volume => Config with { Volumes = Add(Config.Volumes, volume.Paths.Select(path => path.Text)) },
            WorkdirInstruction directory => Config with { WorkingDir = WorkingDirectory(directory.Value) },
            MaintainerInstruction or ArgInstruction => Config,
            _ => throw step.Statement.Refuse($"{step.Statement.Name} changes more than the configuration"),
        };
    }

    private string? Value(string name)
    {
        string prefix = name + "=";
        return Config.Env?.FirstOrDefault(entry => entry.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
    }

    /// <summary>What runs the shell form of a command.</summary>
    public IReadOnlyList<string> Shell => Config.Shell is { Count: > 0 } own ? own : DefaultShell;

    private ImageConfig WithCommand(CmdInstruction cmd)
    {
        IReadOnlyList<string> command = cmd.Command.With(Shell);
        _commandSet |= command.Count > 0;
        return Config with { Cmd = command };
    }

    /// <remarks>A command that was meant for another entrypoint goes; one that these steps have set stays.</remarks>
    private ImageConfig WithEntrypoint(EntrypointInstruction entrypoint) => Config with
    {
        Entrypoint = entrypoint.Command.Words.Count > 0 ? entrypoint.Command.With(Shell) : null,
        Cmd = _commandSet ? Config.Cmd : null,
    };

    /// <summary>A variable keeps its place.</summary>
    private List<string> Environment(EnvInstruction env)
    {
        List<string> environment = [.. Config.Env ?? []];
        foreach (NameValue pair in env.Pairs)
        {
            string name = pair.Name.Text, entry = $"{name}={pair.Value?.Text}";
            int at = environment.FindIndex(one => one.StartsWith(name + "=", StringComparison.Ordinal));
            if (at < 0) environment.Add(entry);
            else environment[at] = entry;
        }
        return environment;
    }

    private Dictionary<string, string> Labels(LabelInstruction label)
    {
        Dictionary<string, string> labels = new(Config.Labels ?? new Dictionary<string, string>());
        foreach (NameValue pair in label.Pairs) labels[pair.Name.Text] = pair.Value?.Text ?? "";
        return labels;
    }

    private static Dictionary<string, EmptyObject> Add(IReadOnlyDictionary<string, EmptyObject>? present, IEnumerable<string> keys)
    {
        Dictionary<string, EmptyObject> set = new(present ?? new Dictionary<string, EmptyObject>());
        foreach (string key in keys) set[key] = EmptyObject.Value;
        return set;
    }

    private static ImageHealthcheck Healthcheck(HealthcheckInstruction check) => new()
    {
        Test = check.Test, Interval = check.Interval, Timeout = check.Timeout, StartPeriod = check.StartPeriod,
        StartInterval = check.StartInterval, Retries = check.Retries,
    };

    private static string StopSignal(Word signal) =>
        Signals.TryParse(signal.Text, out _) ? signal.Text : throw signal.Refuse($"Invalid signal: {signal.Text}");

    private string WorkingDirectory(Word word)
    {
        if (word.Text.Length == 0) throw word.Refuse("cannot normalize nothing");
        return word.Text[0] == '/' ? word.Text : InsidePath.Below(Config.WorkingDir, word.Text);
    }
}
