using Gantry.Oci.Runtime;
using Gantry.Runtime.Checkpoints;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class CheckpointCommand
{
    public static Command Command =>
        new("checkpoint", "ID", "write a running container down with CRIU, and end it unless told otherwise", Run,
    [
        .. CheckpointOptions.Declared,
        "leave-running  let it go on",
        "pre-dump  memory alone, and let it go on: what a later checkpoint with --parent-path need not write again",
        "parent-path=DIR  the images of an earlier --pre-dump, relative to the image files",
    ]);

    private static int Run(GlobalOptions global, OptionParser options)
    {
        ContainerState state = ContainerState.Load(global.Root, options.Id);
        if (state.Status(global.Root) is var status && status is not ("running" or "paused"))
            throw GantryException.Conflict($"Container cannot be checkpointed in {status} state");
        OciSpec spec = Bundle.Load(state.Bundle).Spec;
        bool early = options.Has("pre-dump"), goesOn = early || options.Has("leave-running");
        CriuOptions passed = CheckpointOptions.Passed(options);
        if (goesOn && !early) passed.Set(CriuFlag.LeaveRunning);
        if (early || options["parent-path"] is not null) passed.Set(CriuFlag.TrackMemory);
        if (options["parent-path"] is { } parent) passed.SetParentImages(Parent(parent, CheckpointOptions.Images(options)));
        Criu criu = CheckpointOptions.Criu(global, options);
        Criu.Action action = early ? Criu.Action.PreDump : Criu.Action.Dump;
        ContainerCheckpoint.Run(criu, action, state, spec, CheckpointOptions.Images(options), passed);
        if (!goesOn) DeleteCommand.Remove(global, state);
        return 0;
    }

    // A link among the images, so it must hold when they are carried elsewhere.
    private static string Parent(string path, string images) =>
        Path.IsPathRooted(path) || !Directory.Exists(Path.Combine(images, path))
            ? throw GantryException.Invalid($"parent-path \"{path}\" must be a directory, relative to the image files") : path;
}
