using System.Diagnostics;
using System.Runtime.InteropServices;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Http;
using Gantry.Daemon.Http.Listening;
using Gantry.Daemon.Logging;
using Gantry.Engine.Events;
using Gantry.Linux;
using Gantry.Linux.Processes;

namespace Gantry.Daemon.Lifecycle;

/// <summary>From the command line to the end: start, reload, stop.</summary>
internal sealed partial class DaemonProcess
{
    private const uint UsualUmask = Octal.O022;

    private readonly string[] _arguments;
    private readonly LogLevelSwitch _level;
    private readonly ILoggerFactory _logging;
    private readonly ILogger _log;
    private readonly LiveOptions _live;

    private DaemonProcess(string[] arguments, DaemonOptions options)
    {
        _arguments = arguments;
        _live = new LiveOptions(options);
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
        catch (Exception e) when (Expected.Any(e))
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
        DaemonOptions options = _live.Now;
        using HarmlessSignals deaf = new();
        // Not that of whoever started us: what is made for containers, such as /etc/hosts, any user in there can read.
        ThisProcess.SetUmask(UsualUmask);
        NativeHeap.KeepSmall();
        AppDomain.CurrentDomain.UnhandledException += (_, fault) => LogFault(fault.ExceptionObject as Exception);
        TaskScheduler.UnobservedTaskException += (_, fault) => LogFault(fault.Exception);
        foreach (string ignored in options.WithoutEffect) LogWithoutEffect(ignored);
        foreach (string exposure in options.Exposures()) LogExposed(exposure, ListenAddress.Consequence);
        foreach (string aside in PrivateDirectories.Make(options.DataRoot, options.ExecRoot)) LogSetAside(aside);
        options.ResolveDataRoot();
        using DataRootLock held = DataRootLock.Take(options.DataRoot, LogSetAside);
        using PidFile pid = PidFile.Write(options.PidFile);
        Composition engine = new(_live, _logging);
        LastExecRoot.Check(engine.Containers.Settings);
        await using ApiServer server = new(engine.Routes(),
            [.. options.Hosts.Select(host => ListenAddress.Parse(host, options.IsTls))], Group.OfSocket(options.Group), _logging,
            Tls.Load(options));
        engine.Ground.Saves.Changed += LogSaves;
        await RestoreAsync(engine);
        using StopSignal stop = new(() => Reload(engine));
        await server.StartAsync(CancellationToken.None);
        engine.Images.WatchSpace();
        engine.Builds.Builder.Space.Watch();
        ServiceManager.Ready();
        LogReady(ProductVersion.Text, string.Join(' ', options.Hosts), options.DataRoot, engine.Containers.Engine.Store.All.Count,
            (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        PosixSignal signal = await stop.Received;
        LogStopping(signal);
        ServiceManager.Stopping();
        // Containers live on in their supervisors; only requests are ended here.
        engine.Containers.Engine.Leave();
        engine.Builds.Leave();
        await server.StopAsync(TimeSpan.FromSeconds(options.ShutdownTimeout));
        engine.Images.Leave();
        engine.Ground.Saves.Dispose();
        await engine.Networks.Controller.DisposeAsync();
    }

    private async Task RestoreAsync(Composition engine)
    {
        engine.Volumes.Store.Load(LogDamaged);
        await engine.Networks.Controller.StartAsync(CancellationToken.None);
        await engine.Containers.Engine.Restore.RunAsync(CancellationToken.None);
        foreach (string left in await engine.Builds.Builder.RestoreAsync()) LogBuildLeft(left);
        engine.Images.Collector.Start();
        foreach (string warning in engine.Networks.Controller.Warnings) LogNetworkWarning(warning);
        foreach (Damage damage in engine.Host.Damages.All()) LogDamage(damage);
    }

    /// <summary>SIGHUP: what can change under way does; the rest waits for the next start.</summary>
    private void Reload(Composition engine)
    {
        ServiceManager.Reloading();
        try
        {
            DaemonOptions changed = OptionsReader.Read(_arguments);
            changed.KeepUntilRestart(_live.Now);
            _live.Replace(changed);
            _level.Least = Least(changed);
            engine.Ground.Events.Publish(EventType.Daemon, "reload", engine.Host.Identity.Text, changed.Describe(engine.Host.Facts.Name));
            LogReloaded(changed.ConfigFile);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            LogReloadFailed(Failure.Text(e));
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
