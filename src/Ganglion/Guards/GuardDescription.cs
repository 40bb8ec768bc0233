namespace Ganglion.Guards;

/// <summary>A guard that a host has.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Kind">Its kind; <c>code</c> if it is the application's own.</param>
/// <param name="Version">Its version.</param>
/// <param name="Timeout">How long it may take for an event.</param>
public sealed record GuardDescription(string Name, string Kind, string Version, TimeSpan Timeout);
