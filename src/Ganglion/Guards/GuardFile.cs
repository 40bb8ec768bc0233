namespace Ganglion.Guards;

/// <summary>A file of guards.</summary>
internal sealed record GuardFile(string Path);
