namespace Ganglion.Tools.BuiltIn;

/// <summary>A part of a document.</summary>
/// <param name="Path">The document, from the folder on, with slashes.</param>
/// <param name="Line">Its first line, from 1.</param>
/// <param name="Text">The text.</param>
internal sealed record DocumentPassage(string Path, int Line, string Text);
