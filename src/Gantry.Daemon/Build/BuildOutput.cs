namespace Gantry.Daemon.Build;

/// <summary>What a build gives.</summary>
internal enum BuildOutput
{
    /// <summary>An image in the store.</summary>
    Image,
    /// <summary>The files of the result, as an archive within the answer.</summary>
    Files,
    /// <summary>An image, as an archive within the answer: a layout of the OCI's that Docker's load reads too.</summary>
    ImageArchive,
}
