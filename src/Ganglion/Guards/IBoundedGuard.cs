namespace Ganglion.Guards;

/// <summary>A guard that looks after its own time: it neither waits nor computes for longer than it may, so that nobody has to watch it.</summary>
internal interface IBoundedGuard : IGuard;
