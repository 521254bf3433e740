;; What is asked about a row of logits, four at a time. The row lies at address 0 of the memory;
;; `bytes` is a multiple of 16: what is left over of the last four is −∞.
(module
  (memory (export "memory") 1)

  ;; NaN where one of the logits is.
  (func (export "largest") (param $bytes i32) (result f32)
    (local $address i32)
    (local $largest v128)
    (local.set $largest (v128.const f32x4 -inf -inf -inf -inf))
    (loop $row
      (local.set $largest
        (f32x4.max (local.get $largest) (v128.load (local.get $address))))
      (local.set $address (i32.add (local.get $address) (i32.const 16)))
      (br_if $row (i32.lt_u (local.get $address) (local.get $bytes))))
    (f32.max
      (f32.max
        (f32x4.extract_lane 0 (local.get $largest))
        (f32x4.extract_lane 1 (local.get $largest)))
      (f32.max
        (f32x4.extract_lane 2 (local.get $largest))
        (f32x4.extract_lane 3 (local.get $largest)))))

  ;; Σ e^(logit − largest), added up in double precision. e^x is 2^n · e^r: n is the nearest whole
  ;; number of ln 2 in x, and e^r, for |r| ≤ ln 2 / 2, its Taylor polynomial of degree 7, whose rest is
  ;; below 1e-8. Written out, because calls are not inlined.
  (func (export "sumOfExponentials") (param $bytes i32) (param $largest f32) (result f64)
    (local $address i32)
    (local $n v128)
    (local $r v128)
    (local $power v128)
    (local $sum v128)
    (loop $row
      ;; x = logit − largest, not below the smallest power that a float holds in full.
      (local.set $r
        (f32x4.max
          (f32x4.sub (v128.load (local.get $address)) (f32x4.splat (local.get $largest)))
          (v128.const f32x4 -87.3 -87.3 -87.3 -87.3)))
      (local.set $n
        (f32x4.nearest
          (f32x4.mul (local.get $r) (v128.const f32x4 1.44269504 1.44269504 1.44269504 1.44269504))))
      ;; r = x − n ln 2, with ln 2 in two parts, so that nothing of r is lost.
      (local.set $r
        (f32x4.sub
          (f32x4.sub
            (local.get $r)
            (f32x4.mul (local.get $n) (v128.const f32x4 0.693359375 0.693359375 0.693359375 0.693359375)))
          (f32x4.mul (local.get $n) (v128.const f32x4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4 -2.12194440e-4))))
      (local.set $power (v128.const f32x4 0.0001984127 0.0001984127 0.0001984127 0.0001984127))
      (local.set $power
        (f32x4.add
          (v128.const f32x4 0.0013888889 0.0013888889 0.0013888889 0.0013888889)
          (f32x4.mul (local.get $r) (local.get $power))))
      (local.set $power
        (f32x4.add
          (v128.const f32x4 0.008333334 0.008333334 0.008333334 0.008333334)
          (f32x4.mul (local.get $r) (local.get $power))))
      (local.set $power
        (f32x4.add
          (v128.const f32x4 0.041666668 0.041666668 0.041666668 0.041666668)
          (f32x4.mul (local.get $r) (local.get $power))))
      (local.set $power
        (f32x4.add
          (v128.const f32x4 0.16666667 0.16666667 0.16666667 0.16666667)
          (f32x4.mul (local.get $r) (local.get $power))))
      (local.set $power
        (f32x4.add
          (v128.const f32x4 0.5 0.5 0.5 0.5)
          (f32x4.mul (local.get $r) (local.get $power))))
      (local.set $power
        (f32x4.add
          (v128.const f32x4 1 1 1 1)
          (f32x4.mul (local.get $r) (local.get $power))))
      (local.set $power
        (f32x4.add
          (v128.const f32x4 1 1 1 1)
          (f32x4.mul (local.get $r) (local.get $power))))
      ;; Times 2^n, made of its bits.
      (local.set $power
        (f32x4.mul
          (local.get $power)
          (i32x4.shl
            (i32x4.add
              (i32x4.trunc_sat_f32x4_s (local.get $n))
              (v128.const i32x4 127 127 127 127))
            (i32.const 23))))
      (local.set $sum
        (f64x2.add
          (local.get $sum)
          (f64x2.add
            (f64x2.promote_low_f32x4 (local.get $power))
            (f64x2.promote_low_f32x4
              (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
                (local.get $power) (local.get $power))))))
      (local.set $address (i32.add (local.get $address) (i32.const 16)))
      (br_if $row (i32.lt_u (local.get $address) (local.get $bytes))))
    (f64.add
      (f64x2.extract_lane 0 (local.get $sum))
      (f64x2.extract_lane 1 (local.get $sum))))

  ;; Writes the places of the logits that are not below the floor, in ascending order, behind the row;
  ;; answers how many. Hardly any are: four are passed over at once.
  (func (export "placesAbove") (param $bytes i32) (param $floor f32) (result i32)
    (local $address i32)
    (local $floors v128)
    (local $above i32)
    (local $place i32)
    (local $end i32)
    (local.set $floors (f32x4.splat (local.get $floor)))
    (local.set $end (local.get $bytes))
    (loop $row
      (local.set $above
        (i32x4.bitmask
          (f32x4.ge (v128.load (local.get $address)) (local.get $floors))))
      (if (local.get $above)
        (then
          (local.set $place (i32.shr_u (local.get $address) (i32.const 2)))
          (loop $lane
            (if (i32.and (local.get $above) (i32.const 1))
              (then
                (i32.store (local.get $end) (local.get $place))
                (local.set $end (i32.add (local.get $end) (i32.const 4)))))
            (local.set $place (i32.add (local.get $place) (i32.const 1)))
            (local.set $above (i32.shr_u (local.get $above) (i32.const 1)))
            (br_if $lane (local.get $above)))))
      (local.set $address (i32.add (local.get $address) (i32.const 16)))
      (br_if $row (i32.lt_u (local.get $address) (local.get $bytes))))
    (i32.shr_u (i32.sub (local.get $end) (local.get $bytes)) (i32.const 2))))
