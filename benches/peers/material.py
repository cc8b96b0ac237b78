"""The sounds that are played: made once by ffmpeg and espeak-ng, alike on every machine.

    speech/NN.mp3   32 bulletins in Vietnamese, 20 to 90 s, mono or stereo, -8 to +8 dB apart
    long.mp3        10 minutes of speech
    tone.mp3        2 s of 440 Hz that begin at full level: when did it start?
    ramp.mp3        120 s of rising tone, 200 Hz + 10 Hz a second: its pitch tells the position
    steady.wav      60 s of 400 Hz; alert.wav: 1 s of 1,200 Hz
    joins/          one sine of 100 Hz, 6 s, cut into three, not at zero crossings: wav 48 kHz, flac and mp3 44.1 kHz
"""
import array
import hashlib
import math
import os
import random
import shutil
import subprocess
import wave
from concurrent.futures import ThreadPoolExecutor

LEVEL = 13_000
JOIN_HZ, JOIN_SECONDS = 100, 6
# In three-hundredths of a second, which both rates divide: the sine is cut at 120 and 240 degrees.
CUTS = (0, 2 * 300 + 1, 4 * 300 + 2, JOIN_SECONDS * 300)
SENTENCES = (
    "Kính thưa toàn thể bà con nhân dân trong xã.",
    "Sau đây là bản tin về công tác phòng chống dịch bệnh trên địa bàn.",
    "Bà con cần rửa tay thường xuyên bằng xà phòng dưới vòi nước sạch.",
    "Hãy đậy kín các dụng cụ chứa nước để muỗi không vào đẻ trứng.",
    "Hằng tuần, mỗi gia đình cần diệt loăng quăng, bọ gậy và lật úp các vật phế thải.",
    "Khi bị sốt, bà con hãy đến ngay trạm y tế xã để được khám và tư vấn điều trị.",
    "Trẻ em trong độ tuổi cần được tiêm chủng đầy đủ và đúng lịch.",
    "Đề nghị bà con đeo khẩu trang khi đến nơi đông người và trên các phương tiện công cộng.",
    "Hãy ăn chín, uống sôi và giữ vệ sinh an toàn thực phẩm.",
    "Mọi thông tin chi tiết xin liên hệ trạm y tế xã hoặc cán bộ thôn.",
    "Xin trân trọng cảm ơn bà con đã chú ý lắng nghe.",
)


def ensure(folder):
    """Makes the material unless it is there; made half or by another recipe, it is made anew."""
    with open(__file__, "rb") as recipe:
        made = hashlib.sha256(recipe.read()).hexdigest()
    if os.path.exists(f"{folder}/recipe") and open(f"{folder}/recipe").read() == made:
        return
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(f"{folder}/speech")
    os.makedirs(f"{folder}/joins")
    tones(folder)
    join_sets(folder)
    speech(folder)
    with open(f"{folder}/recipe", "w") as file:
        file.write(made)


def tones(folder):
    cosine = lambda hz: lambda t: LEVEL * math.cos(2 * math.pi * hz * t)
    rising = lambda t: LEVEL * math.cos(2 * math.pi * (200 * t + 5 * t * t))
    for name, seconds, channels, sound in (("tone", 2, 2, cosine(440)), ("ramp", 120, 1, rising)):
        write(f"{folder}/{name}.wav", 44_100, channels, [sound(i / 44_100) for i in range(44_100 * seconds)])
        encode(f"{folder}/{name}.wav", f"{folder}/{name}.mp3", "-b:a", "128k")
    for name, seconds, hz in (("steady", 60, 400), ("alert", 1, 1_200)):
        write(f"{folder}/{name}.wav", 48_000, 1, [cosine(hz)(i / 48_000) for i in range(48_000 * seconds)])


def join_sets(folder):
    """wav-N.wav, flac-N.flac, mp3-N.mp3, and mono-3.mp3: the last part once more with one channel."""
    for rate, kinds in ((48_000, ("wav",)), (44_100, ("flac", "mp3"))):
        sine = [LEVEL * math.sin(2 * math.pi * JOIN_HZ * i / rate) for i in range(rate * JOIN_SECONDS)]
        for part in (1, 2, 3):
            piece = sine[CUTS[part - 1] * rate // 300:CUTS[part] * rate // 300]
            source = f"{folder}/joins/wav-{part}.wav" if "wav" in kinds else f"{folder}/joins/piece.wav"
            write(source, rate, 2, piece)
            if "wav" not in kinds:
                encode(source, f"{folder}/joins/flac-{part}.flac")
                encode(source, f"{folder}/joins/mp3-{part}.mp3", "-b:a", "192k")
                encode(source, f"{folder}/joins/mono-{part}.mp3", "-b:a", "128k", "-ac", "1")
                os.remove(source)


def speech(folder):
    """Each text is drawn before any is spoken, so that it does not depend on who is ready first."""
    dice, texts = random.Random(2026), []
    for i in range(1, 33):
        level = f"volume={i * 5 % 17 - 8}dB,alimiter=limit=0.98:level=0"
        texts.append((f"{folder}/speech/{i:02}.mp3", dice.choices(SENTENCES, k=5 + i % 16), 140 + i % 4 * 10,
                      "-ac", str(1 + i % 2), "-b:a", f"{64 + i % 2 * 64}k", "-t", "90", "-af", level))
    texts.append((f"{folder}/long.mp3", dice.choices(SENTENCES, k=240), 150, "-ac", "2", "-b:a", "128k", "-t", "600"))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda text: speak(*text), texts))


def speak(into, sentences, words_a_minute, *how):
    spoken = f"{into}.wav"
    subprocess.run(["espeak-ng", "-v", "vi", "-s", str(words_a_minute), "-w", spoken, " ".join(sentences)], check=True)
    encode(spoken, into, "-ar", "44100", *how)
    os.remove(spoken)


def encode(source, into, *how):
    subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", "-i", source, *how, into], check=True)


def write(path, rate, channels, sound):
    with wave.open(path, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array.array("h", [int(x) for x in sound for _ in range(channels)]).tobytes())
