using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>What run and create share: from options to the request.</summary>
internal sealed class ContainerFlags
{
    private readonly ResourceFlags _resources;
    private readonly DeviceFlags _devices;
    private readonly NetworkFlags _networks;
    private readonly StorageFlags _storage;
    private readonly SecurityFlags _security;
    private readonly HealthFlags _health;
    private readonly ListFlag<string> _env, _envFiles, _labels, _labelFiles, _attach, _annotations, _logOptions;
    private readonly ValueFlag<string> _hostname, _domainname, _user, _workdir, _entrypoint, _stopSignal, _logDriver, _runtime, _cidFile,
        _name, _platform, _pull, _restart;
    private readonly ValueFlag<long> _stopTimeout;
    private readonly BoolFlag _interactive, _tty, _init, _remove, _quiet;

    public ContainerFlags(FlagSet flags)
    {
        _resources = new(flags);
        _devices = new(flags);
        _networks = new(flags);
        _storage = new(flags);
        _security = new(flags);
        _health = new(flags);
        _attach = flags.List("attach", 'a', "Attach to STDIN, STDOUT or STDERR", "list", HostFlags.Attachment);
        _interactive = flags.Switch("interactive", 'i', "Keep STDIN open, attached or not");
        _tty = flags.Switch("tty", 't', "Give it a terminal");
        _remove = flags.Switch("rm", null, "Remove the container and its anonymous volumes when it ends");
        _env = flags.List("env", 'e', "Set an environment variable");
        _envFiles = flags.List("env-file", null, "File of environment variables");
        _labels = flags.List("label", 'l', "Set a label");
        _labelFiles = flags.List("label-file", null, "File of labels, one a line");
        _annotations = flags.List("annotation", null, "Annotation that is passed to the runtime", "map", KeyValues.RequireValue);
        _hostname = flags.Text("hostname", 'h', "Host name of the container");
        _domainname = flags.Text("domainname", null, "NIS domain name of the container");
        _user = flags.Text("user", 'u', "User to run as (<name|uid>[:<group|gid>])");
        _workdir = flags.Text("workdir", 'w', "Directory to start in");
        _entrypoint = flags.Text("entrypoint", null, "Replace the image's entrypoint");
        _stopSignal = flags.Text("stop-signal", null, "Signal that stops the container");
        _stopTimeout = flags.Number("stop-timeout", null, "Seconds from that signal to SIGKILL");
        _restart = flags.Text("restart", null, "When to start it again after it has ended", "no");
        _init = flags.Switch("init", null, "Run an init as PID 1 that forwards signals and reaps processes");
        _logDriver = flags.Text("log-driver", null, "Where the output goes");
        _logOptions = flags.List("log-opt", null, "Option of the log driver");
        _runtime = flags.Text("runtime", null, "OCI runtime to use");
        _name = flags.Text("name", null, "Name of the container");
        _cidFile = flags.Text("cidfile", null, "File to write the container's ID to");
        _platform = flags.Text("platform", null, "Platform of the image, where it has several");
        _pull = flags.Text("pull", null, "When to fetch the image (\"always\", \"missing\", \"never\")", "missing");
        _quiet = flags.Switch("quiet", 'q', "Do not show the progress of fetching");
        Ignored(flags);
    }

    /// <summary>Options for other systems or with no effect any more, which scripts still pass.</summary>
    private static void Ignored(FlagSet flags)
    {
        flags.Add(new BoolFlag("disable-content-trust", null, "", true) { Hidden = true });
        foreach (string number in (string[])["cpu-count", "cpu-percent", "io-maxbandwidth", "io-maxiops"])
            flags.Add(new ValueFlag<string>(number, null, "", "string", text => text, "") { Hidden = true });
    }

    public string? Name => _name.Value.Length > 0 ? _name.Value : null;
    public string? Platform => _platform.Value.Length > 0 ? _platform.Value : null;
    public string CidFile => _cidFile.Value;
    public bool Quiet => _quiet;
    public bool Tty => _tty;

    public PullPolicy Pull => _pull.Value switch
    {
        "missing" or "" => PullPolicy.Missing,
        "always" => PullPolicy.Always,
        "never" => PullPolicy.Never,
        _ => throw new CliException($"invalid pull option: '{_pull.Value}': must be one of \"always\", \"missing\" or \"never\"", 125),
    };

    /// <param name="operands">The image, then the command.</param>
    /// <param name="detached">Nothing is attached.</param>
    public ContainerCreateRequest Build(List<string> operands, bool detached)
    {
        HostConfig host = new() { RestartPolicy = Restart(), AutoRemove = _remove, ContainerIDFile = _cidFile.Value };
        ContainerCreateRequest request = new() { Image = operands[0], HostConfig = host, Cmd = operands.Count > 1 ? operands[1..] : null };
        if (_remove && host.RestartPolicy.Name is not ("" or "no"))
            throw new CliException("conflicting options: cannot specify both --restart and --rm", 125);
        ApplyStreams(request, detached);
        ApplyIdentity(request);
        _resources.Apply(host);
        _devices.Apply(host);
        _networks.Apply(request, host);
        _storage.Apply(request, host);
        _security.Apply(host);
        request.Healthcheck = _health.Build();
        ApplyRuntime(host);
        return request;
    }

    private RestartPolicy Restart()
    {
        try
        {
            return HostFlags.Restart(_restart.Value);
        }
        catch (FormatException e)
        {
            throw new CliException(e.Message, 125);
        }
    }

    private void ApplyStreams(ContainerCreateRequest request, bool detached)
    {
        if (detached && _attach.Values.Count > 0) throw new CliException("conflicting options: cannot specify both --attach and --detach");
        bool all = _attach.Values.Count == 0 && !detached;
        request.Tty = _tty;
        request.OpenStdin = _interactive;
        request.AttachStdin = _attach.Values.Contains("stdin") || (all && _interactive);
        request.AttachStdout = all || _attach.Values.Contains("stdout");
        request.AttachStderr = all || _attach.Values.Contains("stderr");
        request.StdinOnce = request.OpenStdin && request.AttachStdin;
    }

    private void ApplyIdentity(ContainerCreateRequest request)
    {
        if (_env.Values.Find(variable => variable.StartsWith('=')) is { } nameless)
            throw new CliException($"invalid argument \"{nameless}\" for \"-e, --env\" flag: invalid environment variable: {nameless}",
                125);
        request.Env = KeyValues.Environment(_envFiles.Values, _env.Values) is { Count: > 0 } variables ? variables : null;
        request.Labels = KeyValues.Map(_labelFiles.Values.SelectMany(file => KeyValues.Lines(file, "label file")).Concat(_labels.Values));
        request.Hostname = _hostname.Value;
        request.Domainname = _domainname.Value;
        request.User = _user.Value;
        request.WorkingDir = _workdir.Value;
        if (_entrypoint.IsSet) request.Entrypoint = [_entrypoint.Value];
        request.StopSignal = _stopSignal.IsSet ? _stopSignal.Value : null;
        request.StopTimeout = _stopTimeout.IsSet ? (int)_stopTimeout.Value : null;
    }

    private void ApplyRuntime(HostConfig host)
    {
        if (_logDriver.Value == "none" && _logOptions.Values.Count > 0) throw new CliException("invalid logging opts for driver none", 125);
        host.LogConfig = new LogConfig { Type = _logDriver.Value, Config = KeyValues.Map(_logOptions.Values) };
        host.Init = _init.IsSet ? _init.Value : null;
        host.Runtime = _runtime.Value.Length > 0 ? _runtime.Value : null;
        if (_annotations.Values.Count > 0) host.Annotations = KeyValues.Map(_annotations.Values);
        if (_tty && Terminal.TerminalSize.Of(1) is { } size) host.ConsoleSize = [size.Rows, size.Columns];
    }
}

internal enum PullPolicy
{
    Missing,
    Always,
    Never,
}
