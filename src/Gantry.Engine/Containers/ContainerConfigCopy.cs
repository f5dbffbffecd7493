using Gantry.Api.Containers;

namespace Gantry.Engine.Containers;

/// <summary>What is changed of a configuration is changed in a copy, for others read it meanwhile.</summary>
internal static class ContainerConfigCopy
{
    /// <param name="config">Also a whole request: a record holds no more than its configuration.</param>
    public static ContainerConfig Of(ContainerConfig config) => new()
    {
        Hostname = config.Hostname,
        Domainname = config.Domainname,
        User = config.User,
        AttachStdin = config.AttachStdin,
        AttachStdout = config.AttachStdout,
        AttachStderr = config.AttachStderr,
        ExposedPorts = config.ExposedPorts,
        Tty = config.Tty,
        OpenStdin = config.OpenStdin,
        StdinOnce = config.StdinOnce,
        Env = config.Env,
        Cmd = config.Cmd,
        Healthcheck = config.Healthcheck,
        ArgsEscaped = config.ArgsEscaped,
        Image = config.Image,
        Volumes = config.Volumes,
        WorkingDir = config.WorkingDir,
        Entrypoint = config.Entrypoint,
        NetworkDisabled = config.NetworkDisabled,
        MacAddress = config.MacAddress,
        OnBuild = config.OnBuild,
        Labels = config.Labels,
        StopSignal = config.StopSignal,
        StopTimeout = config.StopTimeout,
        Shell = config.Shell,
    };
}
