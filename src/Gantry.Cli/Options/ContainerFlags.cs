using Gantry.Api;

namespace Gantry.Cli;

/// <summary>What run and create share: from options to the request.</summary>
internal sealed class ContainerFlags
{
    private readonly ResourceFlags resources;
    private readonly DeviceFlags devices;
    private readonly NetworkFlags networks;
    private readonly StorageFlags storage;
    private readonly SecurityFlags security;
    private readonly HealthFlags health;
    private readonly ListFlag<string> env, envFiles, labels, labelFiles, attach, annotations, logOptions;
    private readonly ValueFlag<string> hostname, domainname, user, workdir, entrypoint, stopSignal, logDriver, runtime, cidFile, name, platform, pull, restart;
    private readonly ValueFlag<long> stopTimeout;
    private readonly BoolFlag interactive, tty, init, remove, quiet;

    public ContainerFlags(FlagSet flags)
    {
        resources = new(flags);
        devices = new(flags);
        networks = new(flags);
        storage = new(flags);
        security = new(flags);
        health = new(flags);
        attach = flags.List("attach", 'a', "Attach to STDIN, STDOUT or STDERR", "list", HostFlags.Attachment);
        interactive = flags.Switch("interactive", 'i', "Keep STDIN open, attached or not");
        tty = flags.Switch("tty", 't', "Give it a terminal");
        remove = flags.Switch("rm", null, "Remove the container and its anonymous volumes when it ends");
        env = flags.List("env", 'e', "Set an environment variable");
        envFiles = flags.List("env-file", null, "File of environment variables");
        labels = flags.List("label", 'l', "Set a label");
        labelFiles = flags.List("label-file", null, "File of labels, one a line");
        annotations = flags.List("annotation", null, "Annotation that is passed to the runtime", "map", KeyValues.RequireValue);
        hostname = flags.Text("hostname", 'h', "Host name of the container");
        domainname = flags.Text("domainname", null, "NIS domain name of the container");
        user = flags.Text("user", 'u', "User to run as (<name|uid>[:<group|gid>])");
        workdir = flags.Text("workdir", 'w', "Directory to start in");
        entrypoint = flags.Text("entrypoint", null, "Replace the image's entrypoint");
        stopSignal = flags.Text("stop-signal", null, "Signal that stops the container");
        stopTimeout = flags.Number("stop-timeout", null, "Seconds from that signal to SIGKILL");
        restart = flags.Text("restart", null, "When to start it again after it has ended", "no");
        init = flags.Switch("init", null, "Run an init as PID 1 that forwards signals and reaps processes");
        logDriver = flags.Text("log-driver", null, "Where the output goes");
        logOptions = flags.List("log-opt", null, "Option of the log driver");
        runtime = flags.Text("runtime", null, "OCI runtime to use");
        name = flags.Text("name", null, "Name of the container");
        cidFile = flags.Text("cidfile", null, "File to write the container's ID to");
        platform = flags.Text("platform", null, "Platform of the image, where it has several");
        pull = flags.Text("pull", null, "When to fetch the image (\"always\", \"missing\", \"never\")", "missing");
        quiet = flags.Switch("quiet", 'q', "Do not show the progress of fetching");
        Ignored(flags);
    }

    /// <summary>Options for other systems or with no effect any more, which scripts still pass.</summary>
    private static void Ignored(FlagSet flags)
    {
        flags.Add(new BoolFlag("disable-content-trust", null, "", true) { Hidden = true });
        foreach (string number in (string[])["cpu-count", "cpu-percent", "io-maxbandwidth", "io-maxiops"])
            flags.Add(new ValueFlag<string>(number, null, "", "string", text => text, "") { Hidden = true });
    }

    public string? Name => name.Value.Length > 0 ? name.Value : null;
    public string? Platform => platform.Value.Length > 0 ? platform.Value : null;
    public string CidFile => cidFile.Value;
    public bool Quiet => quiet;
    public bool Tty => tty;

    public PullPolicy Pull => pull.Value switch
    {
        "missing" or "" => PullPolicy.Missing,
        "always" => PullPolicy.Always,
        "never" => PullPolicy.Never,
        _ => throw new CliException($"invalid pull option: '{pull.Value}': must be one of \"always\", \"missing\" or \"never\"", 125),
    };

    /// <param name="operands">The image, then the command.</param>
    /// <param name="detached">Nothing is attached.</param>
    public ContainerCreateRequest Build(List<string> operands, bool detached)
    {
        HostConfig host = new() { RestartPolicy = Restart(), AutoRemove = remove, ContainerIDFile = cidFile.Value };
        ContainerCreateRequest request = new() { Image = operands[0], HostConfig = host, Cmd = operands.Count > 1 ? operands[1..] : null };
        if (remove && host.RestartPolicy.Name is not ("" or "no")) throw new CliException("conflicting options: cannot specify both --restart and --rm", 125);
        ApplyStreams(request, detached);
        ApplyIdentity(request);
        resources.Apply(host);
        devices.Apply(host);
        networks.Apply(request, host);
        storage.Apply(request, host);
        security.Apply(host);
        request.Healthcheck = health.Build();
        ApplyRuntime(host);
        return request;
    }

    private RestartPolicy Restart()
    {
        try
        {
            return HostFlags.Restart(restart.Value);
        }
        catch (FormatException e)
        {
            throw new CliException(e.Message, 125);
        }
    }

    private void ApplyStreams(ContainerCreateRequest request, bool detached)
    {
        if (detached && attach.Values.Count > 0) throw new CliException("conflicting options: cannot specify both --attach and --detach");
        bool all = attach.Values.Count == 0 && !detached;
        request.Tty = tty;
        request.OpenStdin = interactive;
        request.AttachStdin = attach.Values.Contains("stdin") || (all && interactive);
        request.AttachStdout = all || attach.Values.Contains("stdout");
        request.AttachStderr = all || attach.Values.Contains("stderr");
        request.StdinOnce = request.OpenStdin && request.AttachStdin;
    }

    private void ApplyIdentity(ContainerCreateRequest request)
    {
        if (env.Values.Find(variable => variable.StartsWith('=')) is { } nameless) throw new CliException($"invalid argument \"{nameless}\" for \"-e, --env\" flag: invalid environment variable: {nameless}", 125);
        request.Env = KeyValues.Environment(envFiles.Values, env.Values) is { Count: > 0 } variables ? variables : null;
        request.Labels = KeyValues.Map(labelFiles.Values.SelectMany(file => KeyValues.Lines(file, "label file")).Concat(labels.Values));
        request.Hostname = hostname.Value;
        request.Domainname = domainname.Value;
        request.User = user.Value;
        request.WorkingDir = workdir.Value;
        if (entrypoint.IsSet) request.Entrypoint = [entrypoint.Value];
        request.StopSignal = stopSignal.IsSet ? stopSignal.Value : null;
        request.StopTimeout = stopTimeout.IsSet ? (int)stopTimeout.Value : null;
    }

    private void ApplyRuntime(HostConfig host)
    {
        if (logDriver.Value == "none" && logOptions.Values.Count > 0) throw new CliException("invalid logging opts for driver none", 125);
        host.LogConfig = new LogConfig { Type = logDriver.Value, Config = KeyValues.Map(logOptions.Values) };
        host.Init = init.IsSet ? init.Value : null;
        host.Runtime = runtime.Value.Length > 0 ? runtime.Value : null;
        if (annotations.Values.Count > 0) host.Annotations = KeyValues.Map(annotations.Values);
        if (tty && Terminal.TerminalSize.Of(1) is { } size) host.ConsoleSize = [size.Rows, size.Columns];
    }
}

internal enum PullPolicy
{
    Missing,
    Always,
    Never,
}
