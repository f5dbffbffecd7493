namespace Gantry.Storage.Archives;

/// <summary>Whether an object of a tree goes into an archive.</summary>
public enum TreeChoice
{
    Take,
    /// <summary>With everything below it.</summary>
    LeaveOut,
    /// <summary>Of a directory: it is wanted only where something below it is.</summary>
    LookInside,
}
