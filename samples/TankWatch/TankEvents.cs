namespace TankWatch;

public sealed record TemperatureMeasured(string Tank, double Celsius);

public sealed record TankTooHot(string Tank, double Celsius, int Times);
