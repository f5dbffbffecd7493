using System.Diagnostics;
using System.Runtime.InteropServices;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Http;
using Gantry.Daemon.Http.Listening;
using Gantry.Daemon.Logging;
using Gantry.Engine.Events;
using Gantry.Linux.Processes;

namespace Gantry.Daemon.Lifecycle;

/// <summary>From the command line to the end: start, reload, stop.</summary>
internal sealed partial class DaemonProcess
{
    private const uint UsualUmask = 0x12;

    private readonly string[] _arguments;
    private readonly LogLevelSwitch _level;
    private readonly ILoggerFactory _logging;
    private readonly ILogger _log;
    private DaemonOptions _options;

    private DaemonProcess(string[] arguments, DaemonOptions options)
    {
        this._arguments = arguments;
        this._options = options;
        _level = new LogLevelSwitch { Least = Least(options) };
        _logging = new LoggerFactory([new CompactLoggerProvider(_level)], new LoggerFilterOptions { MinLevel = LogLevel.Trace });
        _log = _logging.CreateLogger("Daemon");
    }

    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            DaemonOptions options = OptionsReader.Read(arguments);
            if (options.ShowHelp) return Say(CommandLine.Help());
            if (options.ShowVersion) return Say($"Gantry version {ProductVersion.Text}, build {ProductVersion.Commit}\n");
            if (options.Validate)
            {
                foreach (string host in options.Hosts) ListenAddress.Parse(host, options.IsTls);
                return Say("configuration OK\n");
            }
            if (!Environment.IsPrivilegedProcess)
                throw new GantryException(ErrorKind.Forbidden,
                    "gantryd needs to be started as root: it makes namespaces, mounts and networks");
            await new DaemonProcess(arguments, options).RunAsync();
            return 0;
        }
        catch (Exception e) when (e is GantryException or Linux.KernelException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"failed to start daemon: {e.Message}");
            return 1;
        }
    }

    private static int Say(string text)
    {
        Console.Out.Write(text);
        return 0;
    }

    private async Task RunAsync()
    {
        long start = Stopwatch.GetTimestamp();
        using HarmlessSignals deaf = new();
        // Not that of whoever started us: what is made for containers, such as /etc/hosts, any user in there can read.
        ThisProcess.SetUmask(UsualUmask);
        NativeHeap.KeepSmall();
        AppDomain.CurrentDomain.UnhandledException += (_, fault) => LogFault(fault.ExceptionObject as Exception);
        TaskScheduler.UnobservedTaskException += (_, fault) => LogFault(fault.Exception);
        foreach (string ignored in _options.WithoutEffect) LogWithoutEffect(ignored);
        foreach (string exposure in _options.Exposures()) LogExposed(exposure, ListenAddress.Consequence);
        PrivateDirectories.Make(_options.DataRoot, _options.ExecRoot);
        using DataRootLock held = DataRootLock.Take(_options.DataRoot);
        using PidFile pid = PidFile.Write(_options.PidFile);
        Services services = Composition.Build(_options, _logging);
        await using ApiServer server = new(Composition.Routes(), services,
            [.. _options.Hosts.Select(host => ListenAddress.Parse(host, _options.IsTls))], Group.OfSocket(_options.Group), _logging,
            Tls.Load(_options));
        services.Saves.Changed += LogSaves;
        await RestoreAsync(services);
        using StopSignal stop = new(() => Reload(services));
        await server.StartAsync(CancellationToken.None);
        services.Space.Start();
        ServiceManager.Ready();
        LogReady(ProductVersion.Text, string.Join(' ', _options.Hosts), _options.DataRoot, services.Containers.Store.All.Count,
            (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        PosixSignal signal = await stop.Received;
        LogStopping(signal);
        ServiceManager.Stopping();
        // Containers live on in their supervisors; only requests are ended here.
        services.Containers.Leave();
        await server.StopAsync(TimeSpan.FromSeconds(_options.ShutdownTimeout));
        services.Space.Dispose();
        services.Saves.Dispose();
        await services.Networks.DisposeAsync();
    }

    private async Task RestoreAsync(Services services)
    {
        services.Volumes.Load(LogDamaged);
        await services.Networks.StartAsync(CancellationToken.None);
        await services.Containers.RestoreAsync(CancellationToken.None);
        foreach (string warning in services.Networks.Warnings) LogNetworkWarning(warning);
        foreach (Damage damage in services.Damages()) LogDamage(damage);
    }

    /// <summary>SIGHUP: what can change under way does; the rest waits for the next start.</summary>
    private void Reload(Services services)
    {
        ServiceManager.Reloading();
        try
        {
            DaemonOptions changed = OptionsReader.Read(_arguments);
            changed.KeepUntilRestart(_options);
            _options = changed;
            services.Options = changed;
            _level.Least = Least(changed);
            services.Events.Publish(EventType.Daemon, "reload", services.Identity, changed.Describe(services.Host.Name));
            LogReloaded(changed.ConfigFile);
        }
        catch (Exception e) when (e is GantryException or IOException)
        {
            LogReloadFailed(e.Message);
        }
        ServiceManager.Ready();
    }

    private static LogLevel Least(DaemonOptions options) => options.Debug ? LogLevel.Debug : options.LogLevel switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" => LogLevel.Critical,
        _ => LogLevel.Information,
    };
}
